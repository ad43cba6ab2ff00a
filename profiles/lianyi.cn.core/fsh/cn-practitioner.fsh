Profile: CnPractitioner
Parent: Practitioner
Id: cn-practitioner
Title: "医务人员 Practitioner"
Description: "医师、护士、药师、技师等卫生人员。Physicians, nurses, pharmacists, technicians and other health staff."
* obeys cn-person-1 and cn-person-2
* extension contains
    CnEthnicity named ethnicity 0..1 and
    CnEducation named education 0..1
* insert SlicedBySystem(identifier)
* identifier 1..* MS
* insert IdentifierSlice(staffNumber, urn:oid:2.16.156.10011.1.4, 医务人员编码 staff number)
* identifier[staffNumber] MS
* insert ResidentIdCard
* insert ChineseName
* gender obeys cn-gender-1
* gender.extension contains CnGender named nationalCode 0..1
* insert ChineseAddress
* qualification.code ^short = "资格或专业技术职务 qualification or professional title"
* insert NationalCoding(qualification.code.coding, urn:oid:2.16.156.10011.2.3.1.209, https://lianyi.cn/fhir/ValueSet/professional-title-class, required)
