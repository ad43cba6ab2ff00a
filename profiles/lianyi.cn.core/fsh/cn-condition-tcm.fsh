Profile: CnConditionTcm
Parent: Condition
Id: cn-condition-tcm
Title: "中医诊断 Diagnosis of traditional Chinese medicine"
Description: "中医病名写在 code，证候写在扩展 syndrome，二者成对；编码用 GB/T 15657，版本写在 coding.version（1995 或 2021）。The disease is in code and the syndromes are in the extension, as a pair; codes are of GB/T 15657 with its edition as coding.version."
* obeys cn-tcmdx-1 and cn-tcmdx-4
* extension contains
    CnTcmSyndrome named syndrome 0..* and
    CnTcmPrinciple named principle 0..* and
    CnConditionOutcome named outcome 0..1
* extension[syndrome] MS
* clinicalStatus MS
* verificationStatus MS
* category MS
* insert NationalCoding(category.coding, https://lianyi.cn/fhir/CodeSystem/diagnosis-category, https://lianyi.cn/fhir/ValueSet/diagnosis-category, required)
* code 1..1 MS
* code ^short = "中医病名 disease"
* code obeys cn-coded-1
* code.text obeys cn-cond-1
* insert SlicedBySystem(code.coding)
* insert EditionSlice(code.coding, national, urn:oid:2.16.156.10011.2.3.3.14, https://lianyi.cn/fhir/ValueSet/gbt-15657, GB/T 15657 中医病名代码 code of the disease)
* code.coding[national].code obeys cn-tcmdx-2 and cn-tcmdx-3
* subject MS
* subject only Reference(Patient)
* encounter MS
* recordedDate MS
* asserter MS
* asserter ^short = "诊断医师 the diagnosing physician"

Invariant: cn-tcmdx-1
Description: "A diagnosis of traditional Chinese medicine has a syndrome beside the disease (DE05.10.130.00, DE05.10.172.00)."
Severity: #warning
Expression: "extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-tcm-syndrome').exists()"
* insert Chinese(中医诊断除病名外应有证候（DE05.10.130.00、DE05.10.172.00）。)

Invariant: cn-tcmdx-2
Description: "A code of GB/T 15657 has letters and digits (1995, BNF010) or a letter and pairs of digits with points (2021, A01.01.01.01)."
Severity: #warning
Expression: "matches('^[A-Z]{2,4}[0-9A-Z]{0,5}$') or matches('^[AB][0-9]{2}([.][0-9]{2})*[.]?$')"
* insert Chinese(GB/T 15657 代码为字母加数字（1995 版，BNF010），或字母加以点分隔的两位数字（2021 版，A01.01.01.01）。)

Invariant: cn-tcmdx-3
Description: "A code B01 and so on of GB/T 15657-2021 is a syndrome: it belongs in the extension, the disease in code."
Severity: #warning
Expression: "matches('^B[0-9]{2}([.][0-9]{2})*[.]?$').not()"
* insert Chinese(GB/T 15657-2021 中 B 开头的代码是证候，应写在扩展中，code 写病名。)

Invariant: cn-tcmdx-4
Description: "Disease and syndrome are two concepts: the code of one is not that of the other."
Severity: #error
Expression: "code.coding.where(system = 'urn:oid:2.16.156.10011.2.3.3.14').code.intersect(extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-tcm-syndrome').value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.3.14').code).exists().not()"
* insert Chinese(病名与证候是两个概念，不应是同一个代码。)

Extension: CnTcmSyndrome
Id: cn-tcm-syndrome
Title: "中医证候 Syndrome of traditional Chinese medicine"
Description: "证候名称与代码，GB/T 15657（DE05.10.130.00、DE05.10.172.00）；主证在前。Name and code of the syndrome; the principal one first."
Context: Condition
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept obeys cn-coded-1
* insert SlicedBySystem(valueCodeableConcept.coding)
* insert EditionSlice(valueCodeableConcept.coding, national, urn:oid:2.16.156.10011.2.3.3.14, https://lianyi.cn/fhir/ValueSet/gbt-15657, GB/T 15657 中医证候代码 code of the syndrome)
* valueCodeableConcept.coding[national].code obeys cn-tcmdx-2

Extension: CnTcmPrinciple
Id: cn-tcm-principle
Title: "治则治法 Principle of treatment"
Description: "如“疏风散寒，宣肺止咳”；编码用 GB/T 16751.3（2.16.156.10011.2.3.3.15）。Such as dispersing wind and cold; codes are of GB/T 16751.3."
Context: Condition
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept obeys cn-coded-1

ValueSet: CnGbt15657VS
Id: gbt-15657
Title: "中医病证分类与代码 Diseases and syndromes of traditional Chinese medicine, all editions"
Description: "GB/T 15657 各版的代码。Codes of all editions of GB/T 15657."
* include codes from system urn:oid:2.16.156.10011.2.3.3.14
