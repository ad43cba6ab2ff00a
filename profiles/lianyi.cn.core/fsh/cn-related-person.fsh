Profile: CnRelatedPerson
Parent: RelatedPerson
Id: cn-related-person
Title: "联系人与亲属 Related person"
Description: "患者的亲属、监护人、联系人。关系的国家代码（GB/T 4761，DE02.10.024.00）与 FHIR 的角色代码并列；国家代码没有“监护人”，另加 v3-RoleCode 的 GUARD。Relatives, guardians and contacts of a patient. The national code of the relationship stands beside FHIR's role code; a guardian, which the national table lacks, is GUARD of v3-RoleCode."
* obeys cn-person-1 and cn-person-2 and cn-related-1 and cn-related-2 and cn-related-3
* extension contains
    CnEthnicity named ethnicity 0..1 and
    CnOccupation named occupation 0..1 and
    CnWorkplace named workplace 0..1
* insert SlicedBySystem(identifier)
* insert PersonDocuments
* active MS
* patient MS
* relationship 1..* MS
* relationship ^short = "与患者的关系 relationship to the patient"
* insert NationalCoding(relationship.coding, urn:oid:2.16.156.10011.2.3.3.8, https://lianyi.cn/fhir/ValueSet/gbt-4761, required)
* insert ChineseName
* telecom MS
* gender MS
* gender obeys cn-gender-1
* gender.extension contains CnGender named nationalCode 0..1
* insert ChineseAddress
* period ^short = "关系存续时间，如监护期 when the relationship holds, such as a guardianship"

Invariant: cn-related-1
Description: "The sex agrees with the relationship (a father is male, a mother is female)."
Severity: #warning
Expression: "gender.exists().not() or (gender != 'male' and gender != 'female') or relationship.coding.where(system = 'urn:oid:2.16.156.10011.2.3.3.8').all((%resource.gender = 'male' and code.matches('^(12|3[0-9]?|4[2458]|5[2468]|6[247]|7[2457]|8[2468]|90|94|96)$').not()) or (%resource.gender = 'female' and code.matches('^(11|2[0-9]?|4[1367]|5[1357]|6[136]|7[1368]|8[13579]|93|95)$').not()))"
* insert Chinese(性别应与关系一致（父亲为男，母亲为女）。)

Invariant: cn-related-2
Description: "The patient (01) is no related person of his own."
Severity: #warning
Expression: "relationship.coding.where((system = 'urn:oid:2.16.156.10011.2.3.3.8' and code = '01') or (system = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode' and code = 'ONESELF')).exists().not()"
* insert Chinese(本人（01）不应登记为自己的联系人。)

Invariant: cn-related-3
Description: "A related person can be reached: there is a telecom or an address."
Severity: #warning
Expression: "telecom.exists() or address.exists()"
* insert Chinese(联系人应有联系方式或地址。)
