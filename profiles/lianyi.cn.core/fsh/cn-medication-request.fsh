Profile: CnMedicationRequest
Parent: MedicationRequest
Id: cn-medication-request
Title: "用药医嘱与处方 Medication request"
Description: "药品医嘱、西药处方、中药处方，一条一种药。同一处方的药品以 groupIdentifier（处方编号）相连，同一组输液以组号扩展相连；每张处方不超过 5 种药跨越多条，本规范无法表达。Orders and prescriptions, one medicine each. groupIdentifier joins those of one prescription, the extension prescriptionGroup those of one infusion; that a prescription has at most 5 medicines concerns many requests and cannot be said here."
* obeys cn-med-4 and cn-med-5 and cn-med-6
* extension contains
    CnTcmUse named tcmUse 0..1 and
    CnTcmDecoction named decoction 0..1 and
    CnPrescriptionGroup named prescriptionGroup 0..1 and
    CnDosageForm named dosageForm 0..1 and
    CnDrugSpecification named specification 0..1 and
    CnPrescriptionReview named review 0..*
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(orderNumber, urn:oid:2.16.156.10011.1.28, 医嘱号 order number)
* groupIdentifier ^short = "处方编号 prescription number"
* groupIdentifier MS
* groupIdentifier.value obeys cn-med-3
* status MS
* intent MS
* category MS
* insert SlicedBySystem(category.coding)
* insert CodingSlice(category.coding, orderCategory, urn:oid:2.16.156.10011.2.3.2.58, https://lianyi.cn/fhir/ValueSet/order-category, extensible)
* category.coding[orderCategory] ^short = "医嘱类别：长期、临时 standing or single order"
* insert CodingSlice(category.coding, prescriptionKind, https://lianyi.cn/fhir/CodeSystem/prescription-kind, https://lianyi.cn/fhir/ValueSet/prescription-kind, required)
* category.coding[prescriptionKind] ^short = "处方种类 kind of prescription"
* medication[x] MS
* medicationCodeableConcept obeys cn-med-1
* insert DrugCodings(medicationCodeableConcept)
* subject MS
* subject only Reference(Patient)
* authoredOn 1..1 MS
* requester 1..1 MS
* reasonCode ^short = "临床诊断 clinical diagnosis"
* dispenseRequest.validityPeriod ^short = "处方有效期 validity of the prescription"
* dispenseRequest.expectedSupplyDuration ^short = "用药天数 days of supply"
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

Invariant: cn-med-4
Description: "A prescription usually supplies at most 7 days, unless it is a long-term one for a chronic disease."
Severity: #warning
Expression: "dispenseRequest.expectedSupplyDuration.where(system = 'http://unitsofmeasure.org' and code = 'd' and value > 7).exists().not() or category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/prescription-kind' and (code = 'chronic' or code = 'emergency')).exists()"
* insert Chinese(处方一般不超过 7 日用量（慢病长期处方除外）。)

Invariant: cn-med-5
Description: "An emergency prescription usually supplies at most 3 days."
Severity: #warning
Expression: "category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/prescription-kind' and code = 'emergency').exists().not() or dispenseRequest.expectedSupplyDuration.where(system = 'http://unitsofmeasure.org' and code = 'd' and value > 3).exists().not()"
* insert Chinese(急诊处方一般不超过 3 日用量。)

Invariant: cn-med-6
Description: "A prescription is valid on its day, at most 3 days."
Severity: #warning
Expression: "dispenseRequest.validityPeriod.where(start + 3 days < end).exists().not()"
* insert Chinese(处方开具当日有效，最长不超过 3 天。)

Extension: CnPrescriptionReview
Id: cn-prescription-review
Title: "处方审核 Review of the prescription"
Description: "审方药师、时间与结论（签名用 Provenance）。The pharmacist who reviewed the prescription, when, and with what result (a signature is a Provenance)."
Context: MedicationRequest, MedicationDispense
* extension contains
    pharmacist 1..1 and
    time 0..1 and
    passed 0..1 and
    note 0..1
* extension[pharmacist] ^short = "审方药师 reviewing pharmacist"
* extension[pharmacist].value[x] 1..1
* extension[pharmacist].value[x] only Reference(Practitioner or PractitionerRole)
* extension[time] ^short = "审核时间 time"
* extension[time].value[x] 1..1
* extension[time].value[x] only dateTime
* extension[passed] ^short = "是否通过 whether it passed"
* extension[passed].value[x] 1..1
* extension[passed].value[x] only boolean
* extension[note] ^short = "审核意见 remark"
* extension[note].value[x] 1..1
* extension[note].value[x] only string

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
    method 0..1 and
    way 0..1 and
    volume 0..1
* extension[doses] ^short = "剂数 number of doses"
* extension[doses].value[x] 1..1
* extension[doses].value[x] only positiveInt
* extension[method] ^short = "煎煮法 way of decoction"
* extension[method].value[x] 1..1
* extension[method].value[x] only string
* extension[way] ^short = "煎煮与服用方式：自煎、代煎、配方颗粒等 decocted at home, by the institution, granules and others"
* extension[way].value[x] 1..1
* extension[way].value[x] only CodeableConcept
* extension[way].valueCodeableConcept from https://lianyi.cn/fhir/ValueSet/whole-decoction (extensible)
* extension[volume] ^short = "每剂取汁量 volume of a dose"
* extension[volume].value[x] 1..1
* extension[volume].value[x] only Quantity

Extension: CnPrescriptionGroup
Id: cn-prescription-group
Title: "处方药品组号 Group of the prescription"
Description: "同一组输液的药品组号相同（DE08.50.056.00）。Medicines of one infusion share the group."
Context: MedicationRequest, MedicationDispense, MedicationAdministration
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
Context: MedicationRequest, Medication, MedicationDispense
* value[x] 1..1
* value[x] only string
