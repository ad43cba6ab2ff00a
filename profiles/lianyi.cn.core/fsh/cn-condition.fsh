Profile: CnCondition
Parent: Condition
Id: cn-condition
Title: "西医诊断 Diagnosis"
Description: "一条西医诊断。国家临床版与医保版 ICD-10 是两个代码系统，可同时写在 code 中；诊断类别（入院、出院主要、术前……）写在 category 的 national 切片。诊断顺位与入院病情在 Encounter.diagnosis。One diagnosis. The clinical and the insurance edition of ICD-10 are two systems and may stand side by side; the kind of diagnosis is in the slice national of category. Rank and condition on admission are in Encounter.diagnosis."
* obeys cn-cond-2
* extension contains CnConditionOutcome named outcome 0..1
* clinicalStatus MS
* verificationStatus MS
* category MS
* insert NationalCoding(category.coding, https://lianyi.cn/fhir/CodeSystem/diagnosis-category, https://lianyi.cn/fhir/ValueSet/diagnosis-category, required)
* code 1..1 MS
* code obeys cn-coded-1 and cn-icd-3 and cn-icd-4
* code.text obeys cn-cond-1
* insert SlicedBySystem(code.coding)
* insert EditionSlice(code.coding, icd10Nhc, https://lianyi.cn/fhir/CodeSystem/icd-10-nhc, https://lianyi.cn/fhir/ValueSet/icd-10-nhc, ICD-10 国家临床版 clinical edition)
* code.coding[icd10Nhc].code obeys cn-icd-1 and cn-icd-2
* insert EditionSlice(code.coding, icd10Nhsa, https://lianyi.cn/fhir/CodeSystem/icd-10-nhsa, https://lianyi.cn/fhir/ValueSet/icd-10-nhsa, ICD-10 医保版 insurance edition)
* code.coding[icd10Nhsa].code obeys cn-icd-1 and cn-icd-2
* insert EditionSlice(code.coding, icd10Document, urn:oid:2.16.156.10011.2.3.3.11, https://lianyi.cn/fhir/ValueSet/icd-10-document, 共享文档中未写明版本的 ICD-10 as shared documents carry it without an edition)
* subject MS
* subject only Reference(Patient)
* encounter MS
* onset[x] ^short = "发病日期时间 onset (DE04.01.018.00)"
* recordedDate MS
* recordedDate ^short = "诊断日期 date of the diagnosis (DE05.01.058.00)"
* asserter MS
* asserter ^short = "诊断医师 the diagnosing physician"
* evidence ^short = "诊断依据 grounds (DE05.01.070.00)"

Invariant: cn-cond-1
Description: "The name of a diagnosis has at most 50 characters in the national data set (DE05.01.025.00); a longer one is kept whole."
Severity: #warning
Expression: "length() <= 50"
* insert Chinese(诊断名称在国家数据集中不超过 50 字（DE05.01.025.00）；更长的照原样保存。)

Invariant: cn-cond-2
Description: "A diagnosis says when it was made (recordedDate, DE05.01.058.00) or in which encounter."
Severity: #warning
Expression: "recordedDate.exists() or encounter.exists()"
* insert Chinese(诊断应有诊断日期（recordedDate，DE05.01.058.00）或所属就诊。)

Extension: CnConditionOutcome
Id: cn-condition-outcome
Title: "病情转归 Outcome of the condition"
Description: "病情转归（治疗结果），CV05.10.010（DE05.10.113.00）；clinicalStatus 只分活动与消退。Outcome of the treatment; clinicalStatus tells only active from resolved."
Context: Condition
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv05-10-010 (preferred)
* valueCoding.code 1..1
