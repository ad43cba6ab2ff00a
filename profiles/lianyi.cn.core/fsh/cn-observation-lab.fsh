Profile: CnObservationLab
Parent: Observation
Id: cn-observation-lab
Title: "检验结果 Laboratory observation"
Description: "一项检验结果。项目代码可为院内代码并加 LOINC；数值结果用 UCUM 单位；可带互认标识。One laboratory result. The code may be local with LOINC beside it; quantities are in UCUM; the mark of mutual recognition may be given."
* obeys cn-lab-2
* extension contains CnRecognition named recognition 0..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains laboratory 1..1
* category[laboratory] = $observation-category#laboratory
* code MS
* code obeys cn-lab-1
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime or Period
* performer 1..* MS
* performer only Reference(Practitioner or PractitionerRole or Organization)
* value[x] MS
* valueQuantity.value 1..1
* valueQuantity.unit 1..1
* valueQuantity.system 1..1
* valueQuantity.system = "http://unitsofmeasure.org"
* valueQuantity.code 1..1
* dataAbsentReason MS
* interpretation MS
* specimen MS
* referenceRange MS

Invariant: cn-lab-1
Description: "A laboratory item has a name (text or coding.display, DE04.30.020.00)."
Severity: #error
Expression: "text.exists() or coding.display.exists()"
* insert Chinese(检验项目应有名称（text 或 coding.display，DE04.30.020.00）。)

Invariant: cn-lab-2
Description: "A laboratory result has a value, a reason for its absence, components or members."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or component.exists() or hasMember.exists()"
* insert Chinese(检验结果应有值、缺值原因、component 或 hasMember。)

Extension: CnRecognition
Id: cn-recognition
Title: "互认标识 Mark of mutual recognition"
Description: "检查检验结果互认：范围和“HR”标识文字，未参加或未通过质量评价的项目不得标注。Mutual recognition of results: scope and text of the mark; items without a passed quality assessment carry none."
Context: Observation, DiagnosticReport
* extension contains
    scope 1..1 and
    text 1..1 and
    qualityAssessment 0..1
* extension[scope] ^short = "互认范围 scope"
* extension[scope].value[x] 1..1
* extension[scope].value[x] only Coding
* extension[scope].valueCoding from https://lianyi.cn/fhir/ValueSet/recognition-scope (required)
* extension[text] ^short = "标识文字，如“全国HR” text of the mark"
* extension[text].value[x] 1..1
* extension[text].value[x] only string
* extension[text].valueString obeys cn-mark-1
* extension[qualityAssessment] ^short = "质量评价有效期 validity of the quality assessment"
* extension[qualityAssessment].value[x] 1..1
* extension[qualityAssessment].value[x] only Period

Invariant: cn-mark-1
Description: "The mark is usually the scope and HR, such as 全国HR."
Severity: #warning
Expression: "matches('^.+HR$')"
* insert Chinese(互认标识通常由范围和“HR”组成，如“全国HR”。)
