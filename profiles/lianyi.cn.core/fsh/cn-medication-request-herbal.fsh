Profile: CnMedicationRequestHerbal
Parent: CnMedicationRequest
Id: cn-medication-request-herbal
Title: "中药饮片处方 Herbal prescription"
Description: "一张中药饮片方：各味药写在 contained 的 Medication.ingredient（每剂用量、煎法），剂数、煎煮与服用方式在扩展 decoction，用法在 dosageInstruction。One formula of herbs: each herb is an ingredient of the contained Medication, with its amount a dose and its preparation; doses and decoction are in the extension decoction, how to take it in dosageInstruction."
* obeys cn-herb-1 and cn-herb-2 and cn-herb-3 and cn-herb-4 and cn-herb-5
* extension[tcmUse] 1..1 MS
* extension[decoction] 1..1 MS

Invariant: cn-herb-1
Description: "A contained formula lists its herbs (Medication.ingredient)."
Severity: #error
Expression: "medication.ofType(Reference).where(reference.startsWith('#')).exists().not() or contained.where(ingredient.exists()).exists()"
* insert Chinese(contained 的中药饮片方应列出各味药（Medication.ingredient）。)

Invariant: cn-herb-2
Description: "Each herb has a name (text or coding.display)."
Severity: #error
Expression: "contained.ingredient.all(item.ofType(Reference).exists() or item.ofType(CodeableConcept).text.exists() or item.ofType(CodeableConcept).coding.display.exists())"
* insert Chinese(每味药应有名称（text 或 coding.display）。)

Invariant: cn-herb-3
Description: "Each herb has its amount for one dose (strength)."
Severity: #warning
Expression: "contained.ingredient.all(strength.exists())"
* insert Chinese(每味药应有每剂用量（strength）。)

Invariant: cn-herb-4
Description: "What is to be dispensed in 剂 is the number of doses."
Severity: #warning
Expression: "dispenseRequest.quantity.where(unit = '剂').exists().not() or dispenseRequest.quantity.where(unit = '剂').value = extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-tcm-decoction').extension.where(url = 'doses').value"
* insert Chinese(以“剂”计的发药量应等于剂数。)

Invariant: cn-herb-5
Description: "A formula of herbs is a Medication that the request refers to, not a text alone."
Severity: #error
Expression: "medication.ofType(Reference).exists()"
* insert Chinese(中药饮片方应引用 Medication，不能只写文字。)
