Profile: CnPatient
Parent: Patient
Id: cn-patient
Title: "居民 Patient"
Description: "区域平台中的居民（患者）。标识按 system 切片，任何一种证件都不是必须的：儿童、外籍人员和军人可能没有身份证或社保卡。A resident or patient of a regional platform. Identifiers are sliced by system and none of them is mandatory: children, foreigners and soldiers may lack an identity card."
* obeys cn-person-1 and cn-person-2
* extension contains
    CnEthnicity named ethnicity 0..1 MS and
    $nationality named nationality 0..1 and
    $birthPlace named birthPlace 0..1 and
    CnNativePlace named nativePlace 0..1 and
    CnOccupation named occupation 0..1 and
    CnEducation named education 0..1 and
    CnWorkplace named workplace 0..1
* insert SlicedBySystem(identifier)
* identifier 1..* MS
* insert PersonDocuments
* insert IdentifierSlice(birthCertificate, https://lianyi.cn/fhir/sid/birth-certificate, 出生医学证明编号 birth certificate)
* identifier[birthCertificate].value obeys cn-birth-1
* insert IdentifierSlice(healthRecord, urn:oid:2.16.156.10011.1.2, 城乡居民健康档案编号 health record)
* identifier[healthRecord].value obeys cn-record-1
* insert IdentifierSlice(healthCard, urn:oid:2.16.156.10011.1.19, 居民健康卡号 health card)
* identifier[healthCard].value obeys cn-card-1
* insert IdentifierSlice(insuranceCard, urn:oid:2.16.156.10011.1.15, 医保卡号 medical insurance card)
* insert IdentifierSlice(outpatientNumber, urn:oid:2.16.156.10011.1.11, 门（急）诊号 outpatient number)
* identifier[outpatientNumber] obeys cn-local-2
* identifier[outpatientNumber].value obeys cn-local-1
* insert IdentifierSlice(inpatientNumber, urn:oid:2.16.156.10011.1.12, 住院号 inpatient number)
* identifier[inpatientNumber] obeys cn-local-2
* identifier[inpatientNumber].value obeys cn-local-1
* insert IdentifierSlice(medicalRecord, urn:oid:2.16.156.10011.1.13, 病案号 medical record)
* identifier[medicalRecord] obeys cn-local-2
* identifier[medicalRecord].value obeys cn-local-1
* insert IdentifierSlice(masterPatientIndex, urn:oid:2.16.156.10011.2.5.1.4, 患者主索引 patient id of the local or master index)
* insert ChineseName
* gender 1..1 MS
* gender obeys cn-gender-1
* gender.extension contains CnGender named nationalCode 0..1 MS
* birthDate MS
* insert ChineseAddress
* insert NationalCoding(maritalStatus.coding, urn:oid:2.16.156.10011.2.3.3.5, https://lianyi.cn/fhir/ValueSet/gbt-2261-2, required)
* contact.relationship ^short = "联系人与患者关系 relationship of the contact"
* insert NationalCoding(contact.relationship.coding, urn:oid:2.16.156.10011.2.3.3.8, https://lianyi.cn/fhir/ValueSet/gbt-4761, required)
