Profile: CnAllergyIntolerance
Parent: AllergyIntolerance
Id: cn-allergy-intolerance
Title: "过敏与不耐受 Allergy or intolerance"
Description: "过敏史（DE02.10.022.00）。“无已知过敏”也要写明，用 absence 切片，不得与反应同时出现；没有记录不等于不过敏。The history of allergies. That none is known is said too, in the slice absence and without reactions: no record is not the same as no allergy."
* obeys cn-allergy-1
* clinicalStatus MS
* verificationStatus MS
* type MS
* category MS
* criticality MS
* code 1..1 MS
* code ^short = "过敏原 substance, or that none is known"
* code obeys cn-coded-1
* insert SlicedBySystem(code.coding)
* insert CodingSlice(code.coding, absence, https://lianyi.cn/fhir/CodeSystem/allergy-absence, https://lianyi.cn/fhir/ValueSet/allergy-absence, required)
* patient MS
* recordedDate MS
* recorder MS
* note.text obeys cn-allergy-2
* reaction MS
* reaction.manifestation obeys cn-coded-1

Invariant: cn-allergy-1
Description: "Where no allergy is known, or the history is unknown, there is no reaction and no criticality."
Severity: #error
Expression: "code.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/allergy-absence').exists().not() or (reaction.exists().not() and criticality.exists().not())"
* insert Chinese(无已知过敏或过敏史不详时，不应有过敏反应和严重程度。)

Invariant: cn-allergy-2
Description: "A history of allergies has at most 1000 characters in the national data set (DE02.10.022.00)."
Severity: #warning
Expression: "length() <= 1000"
* insert Chinese(过敏史在国家数据集中不超过 1000 字（DE02.10.022.00）。)
