Profile: CnMedicationRequest
Parent: MedicationRequest
Id: cn-medication-request
Title: "用药医嘱与处方 Medication request"
Description: "药品医嘱、西药处方、中药处方。同一处方的药品以 groupIdentifier（处方编号）相连，同一组输液以组号扩展相连。Orders and prescriptions of medicines. groupIdentifier joins those of one prescription, the extension prescriptionGroup those of one infusion."
* extension contains
    CnTcmUse named tcmUse 0..1 and
    CnTcmDecoction named decoction 0..1 and
    CnPrescriptionGroup named prescriptionGroup 0..1 and
    CnDosageForm named dosageForm 0..1 and
    CnDrugSpecification named specification 0..1
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(orderNumber, urn:oid:2.16.156.10011.1.28, 医嘱号 order number)
* groupIdentifier ^short = "处方编号 prescription number"
* groupIdentifier MS
* groupIdentifier.value obeys cn-med-3
* status MS
* intent MS
* medication[x] MS
* medicationCodeableConcept obeys cn-med-1
* subject MS
* subject only Reference(Patient)
* authoredOn 1..1 MS
* requester 1..1 MS
* dosageInstruction 1..* MS
* dosageInstruction obeys cn-med-2
* insert NationalCoding(dosageInstruction.route.coding, urn:oid:2.16.156.10011.2.3.1.158, https://lianyi.cn/fhir/ValueSet/cv06-00-102, required)
* insert NationalCoding(dosageInstruction.timing.code.coding, urn:oid:2.16.156.10011.2.3.1.267, https://lianyi.cn/fhir/ValueSet/cv06-00-228, extensible)

Invariant: cn-med-1
Description: "A medicine has a name (text or coding.display, DE08.50.022.00)."
Severity: #error
Expression: "text.exists() or coding.display.exists()"
* insert Chinese(药品应有名称（text 或 coding.display，DE08.50.022.00）。)

Invariant: cn-med-2
Description: "A dosage has a text, or both a timing and a dose."
Severity: #error
Expression: "text.exists() or (timing.exists() and doseAndRate.exists())"
* insert Chinese(用法应有文字，或同时有时间和剂量。)

Invariant: cn-med-3
Description: "A prescription number has at most 30 characters (DE01.00.020.00)."
Severity: #warning
Expression: "matches('^.{1,30}$')"
* insert Chinese(处方编号不超过 30 位（DE01.00.020.00）。)

Extension: CnTcmUse
Id: cn-tcm-use
Title: "中药使用类别 Use of traditional Chinese medicine"
Description: "CV06.00.101（DE06.00.164.00）。By CV06.00.101."
Context: MedicationRequest
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv06-00-101 (required)

Extension: CnTcmDecoction
Id: cn-tcm-decoction
Title: "中药饮片剂数与煎煮法 Doses and decoction of herbal medicine"
Description: "剂数（DE08.50.050.00）与煎煮法（DE08.50.047.00）。Number of doses and way of decoction."
Context: MedicationRequest
* extension contains
    doses 1..1 and
    method 0..1
* extension[doses] ^short = "剂数 number of doses"
* extension[doses].value[x] 1..1
* extension[doses].value[x] only positiveInt
* extension[method] ^short = "煎煮法 way of decoction"
* extension[method].value[x] 1..1
* extension[method].value[x] only string

Extension: CnPrescriptionGroup
Id: cn-prescription-group
Title: "处方药品组号 Group of the prescription"
Description: "同一组输液的药品组号相同（DE08.50.056.00）。Medicines of one infusion share the group."
Context: MedicationRequest
* value[x] 1..1
* value[x] only string

Extension: CnDosageForm
Id: cn-dosage-form
Title: "药物剂型 Dosage form"
Description: "药品只写在 medicationCodeableConcept 时的剂型，CV08.50.002（DE08.50.011.00）；有 Medication 资源时用 Medication.form。The form where the medicine is only a medicationCodeableConcept; otherwise it is Medication.form."
Context: MedicationRequest
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv08-50-002 (extensible)

Extension: CnDrugSpecification
Id: cn-drug-specification
Title: "药物规格 Specification of the medicine"
Description: "如“0.5g×24片”（DE08.50.043.00）。Such as 0.5 g × 24 tablets."
Context: MedicationRequest
* value[x] 1..1
* value[x] only string
