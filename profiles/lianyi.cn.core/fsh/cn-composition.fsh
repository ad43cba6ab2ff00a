Profile: CnComposition
Parent: Composition
Id: cn-composition
Title: "电子病历文档 Composition"
Description: "以 FHIR 文档交换的病历：文档类型用 WS/T 500 的 C0001–C0053，旁边可加 LOINC；章节以 LOINC 命名，与 WS/T 500 的 CDA 章节相同。Medical records exchanged as FHIR documents: kind by WS/T 500, with LOINC beside; sections are named by LOINC as in the CDA documents of WS/T 500."
* obeys cn-comp-2 and cn-comp-3
* identifier MS
* identifier ^short = "文档流水号（urn:oid:2.16.156.10011.1.1） number of the document"
* status MS
* type MS
* insert NationalCoding(type.coding, urn:oid:2.16.156.10011.2.4, https://lianyi.cn/fhir/ValueSet/wst-500-document-type, required)
* subject 1..1 MS
* subject only Reference(Patient)
* encounter MS
* date MS
* author MS
* title MS
* confidentiality 1..1 MS
* attester MS
* attester ^short = "签名：professional 医师，legal 机构 who signed"
* custodian 1..1 MS
* custodian ^short = "保管机构 who keeps the document"
* section 1..* MS
* section obeys cn-comp-1
* section.code from CnDocumentSectionVS (extensible)

Invariant: cn-comp-1
Description: "A section has a title or a code."
Severity: #error
Expression: "title.exists() or code.exists()"
* insert Chinese(章节应有标题（title）或代码（code）。)

Invariant: cn-comp-2
Description: "A final document is signed: it has an attester."
Severity: #warning
Expression: "(status != 'final' and status != 'amended') or attester.exists()"
* insert Chinese(完成的文档应有签名者 attester。)

Invariant: cn-comp-3
Description: "The kind of document is told by a code of WS/T 500 (C0001 to C0053)."
Severity: #warning
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.4').exists()"
* insert Chinese(文档类型应有 WS/T 500 的代码（C0001–C0053）。)

ValueSet: CnDocumentSectionVS
Id: cn-document-section
Title: "病历章节 Sections of medical records"
Description: "WS/T 500 文档章节所用的 LOINC 代码。LOINC codes of the sections of WS/T 500."
* $loinc#10154-3 "Chief complaint"
* $loinc#10154-3 ^designation.language = #zh-CN
* $loinc#10154-3 ^designation.value = "主诉"
* $loinc#10164-2 "History of present illness"
* $loinc#10164-2 ^designation.language = #zh-CN
* $loinc#10164-2 ^designation.value = "现病史"
* $loinc#11348-0 "History of past illness"
* $loinc#11348-0 ^designation.language = #zh-CN
* $loinc#11348-0 ^designation.value = "既往史"
* $loinc#29762-2 "Social history"
* $loinc#29762-2 ^designation.language = #zh-CN
* $loinc#29762-2 ^designation.value = "个人史"
* $loinc#10157-6 "History of family member diseases"
* $loinc#10157-6 ^designation.language = #zh-CN
* $loinc#10157-6 ^designation.value = "家族史"
* $loinc#48765-2 "Allergies and adverse reactions"
* $loinc#48765-2 ^designation.language = #zh-CN
* $loinc#48765-2 ^designation.value = "过敏史"
* $loinc#29545-1 "Physical findings"
* $loinc#29545-1 ^designation.language = #zh-CN
* $loinc#29545-1 ^designation.value = "体格检查"
* $loinc#8716-3 "Vital signs"
* $loinc#8716-3 ^designation.language = #zh-CN
* $loinc#8716-3 ^designation.value = "生命体征"
* $loinc#30954-2 "Relevant diagnostic tests and laboratory data"
* $loinc#30954-2 ^designation.language = #zh-CN
* $loinc#30954-2 ^designation.value = "检查检验"
* $loinc#29548-5 "Diagnosis"
* $loinc#29548-5 ^designation.language = #zh-CN
* $loinc#29548-5 ^designation.value = "诊断"
* $loinc#46241-6 "Hospital admission diagnosis"
* $loinc#46241-6 ^designation.language = #zh-CN
* $loinc#46241-6 ^designation.value = "入院诊断"
* $loinc#11535-2 "Hospital discharge diagnosis"
* $loinc#11535-2 ^designation.language = #zh-CN
* $loinc#11535-2 ^designation.value = "出院诊断"
* $loinc#11450-4 "Problem list"
* $loinc#11450-4 ^designation.language = #zh-CN
* $loinc#11450-4 ^designation.value = "健康问题"
* $loinc#18776-5 "Plan of care"
* $loinc#18776-5 ^designation.language = #zh-CN
* $loinc#18776-5 ^designation.value = "治疗计划"
* $loinc#8648-8 "Hospital course"
* $loinc#8648-8 ^designation.language = #zh-CN
* $loinc#8648-8 ^designation.value = "住院过程"
* $loinc#47519-4 "History of procedures"
* $loinc#47519-4 ^designation.language = #zh-CN
* $loinc#47519-4 ^designation.value = "手术操作"
* $loinc#10160-0 "History of medication use"
* $loinc#10160-0 ^designation.language = #zh-CN
* $loinc#10160-0 ^designation.value = "用药"
* $loinc#46209-3 "Provider orders"
* $loinc#46209-3 ^designation.language = #zh-CN
* $loinc#46209-3 ^designation.value = "医嘱"
* $loinc#48768-6 "Payment sources"
* $loinc#48768-6 ^designation.language = #zh-CN
* $loinc#48768-6 ^designation.value = "费用"
