Profile: CnPractitionerRole
Parent: PractitionerRole
Id: cn-practitioner-role
Title: "医务人员岗位 Practitioner role"
Description: "医务人员在一个机构（或科室）的岗位：科室、专业技术职务、出诊地点和时间。多点执业的医师每个机构一个。What a practitioner does for one institution or department: department, professional title, place and time. Whoever practises in several institutions has a role in each."
* obeys cn-role-1
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(staffNumber, urn:oid:2.16.156.10011.1.4, 医务人员编码 staff number)
* active MS
* period MS
* practitioner 1..1 MS
* organization 1..1 MS
* organization ^short = "机构或科室（科室 partOf 机构） institution, or its department"
* code MS
* code ^short = "岗位与专业技术职务 role and professional title"
* insert NationalCoding(code.coding, urn:oid:2.16.156.10011.2.3.1.209, https://lianyi.cn/fhir/ValueSet/professional-title-class, required)
* specialty MS
* specialty ^short = "科室 department"
* specialty obeys cn-role-2
* insert NationalCoding(specialty.coding, urn:oid:2.16.156.10011.2.3.2.62, https://lianyi.cn/fhir/ValueSet/clinical-department, preferred)
* location MS
* telecom MS

Invariant: cn-role-1
Description: "A role says what the person does: code or specialty."
Severity: #error
Expression: "code.exists() or specialty.exists()"
* insert Chinese(岗位应有 code（职务）或 specialty（科室）。)

Invariant: cn-role-2
Description: "A department has a name (text or coding.display, DE08.10.026.00)."
Severity: #warning
Expression: "text.exists() or coding.display.exists()"
* insert Chinese(科室应有名称（text 或 coding.display，DE08.10.026.00）。)
