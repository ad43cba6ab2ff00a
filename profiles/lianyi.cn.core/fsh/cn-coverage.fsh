Profile: CnCoverage
Parent: Coverage
Id: cn-coverage
Title: "医疗保险 Coverage"
Description: "基本医保、补充保险、商业保险。type 可同时写 CV02.01.204（DE02.01.044.00）、医保局险种（insutype）和 FHIR 代码；医保编号写在 subscriberId；医保电子凭证是动态码，不应存为标识。Basic, supplementary and commercial insurance. type may carry CV02.01.204, the kind of the national insurance (insutype) and FHIR's code side by side; subscriberId is the number in the insurance. The electronic certificate is a code of the moment and is not to be stored."
* obeys cn-cov-2 and cn-cov-3 and cn-cov-4
* extension contains CnInsuredPlace named insuredPlace 0..1 MS
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(insurancePerson, https://lianyi.cn/fhir/sid/insurance-person-number, 医保人员编号 number of the person in the insurance)
* insert IdentifierSlice(insuranceCard, urn:oid:2.16.156.10011.1.15, 医保卡号 medical insurance card)
* insert IdentifierSlice(socialSecurityCard, urn:oid:2.16.840.1.113883.2.23.1.19.2, 社会保障卡卡号 social security card)
* identifier[socialSecurityCard].value obeys cn-ssc-1
* status MS
* type 1..1 MS
* type obeys cn-cov-1
* insert SlicedBySystem(type.coding)
* insert CodingSlice(type.coding, national, urn:oid:2.16.156.10011.2.3.1.248, https://lianyi.cn/fhir/ValueSet/cv02-01-204, required)
* insert CodingSlice(type.coding, insuranceKind, https://lianyi.cn/fhir/CodeSystem/nhsa-insutype, https://lianyi.cn/fhir/ValueSet/nhsa-insutype, extensible)
* subscriber MS
* subscriberId MS
* subscriberId ^short = "医保编号 number in the insurance"
* beneficiary MS
* relationship MS
* period MS
* period ^short = "参保起止 when the insurance holds"
* payor MS
* payor ^short = "医保经办机构或保险公司 the insurer"

Invariant: cn-cov-1
Description: "The kind by CV02.01.204 and the kind of the national insurance (insutype) agree, where both are given."
Severity: #warning
Expression: "coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.248' and code != '99').all((code = '01' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('310'))) or (code = '02' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('390') or code.startsWith('391'))) or (code = '03' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('380') or code.startsWith('390'))) or (code = '04' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('320'))) or (code = '05' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('370'))) or (code = '06' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').all(code.startsWith('330'))) or (code = '07' and %resource.type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').exists().not()))"
* insert Chinese(同时写 CV02.01.204 与医保局险种时，两者应一致。)

Invariant: cn-cov-2
Description: "An insurance of a kind of the national insurance (insutype) has a number: subscriberId or identifier."
Severity: #warning
Expression: "type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-insutype').exists().not() or subscriberId.exists() or identifier.exists()"
* insert Chinese(医保局险种的保险应有编号：subscriberId 或 identifier。)

Invariant: cn-cov-3
Description: "Whoever is insured through somebody else (spouse, child, parent) names the subscriber."
Severity: #warning
Expression: "relationship.coding.where(system = 'http://terminology.hl7.org/CodeSystem/subscriber-relationship' and (code = 'spouse' or code = 'child' or code = 'parent' or code = 'common')).exists().not() or subscriber.exists()"
* insert Chinese(通过他人参保（配偶、子女、父母）时应写明参保人 subscriber。)

Invariant: cn-cov-4
Description: "Where the relationship is self the subscriber is the beneficiary."
Severity: #warning
Expression: "relationship.coding.where(system = 'http://terminology.hl7.org/CodeSystem/subscriber-relationship' and code = 'self').exists().not() or subscriber.reference.exists().not() or beneficiary.reference.exists().not() or subscriber.reference = beneficiary.reference"
* insert Chinese(关系为本人（self）时，参保人应是受益人。)

Invariant: cn-ssc-1
Description: "The number of a social security card usually has 9 or 10 digits and capital letters."
Severity: #warning
Expression: "matches('^[0-9A-Z]{9,10}$')"
* insert Chinese(社会保障卡卡号通常为 9 或 10 位数字或大写字母。)

Extension: CnInsuredPlace
Id: cn-insured-place
Title: "参保地 Place of insurance"
Description: "参保地行政区划（医保区划 insuplc_admdvs），6 位；省本级等代码不在 GB/T 2260 中。The division that insures, 6 digits; those of provincial schemes are not in GB/T 2260."
Context: Coverage
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/gbt-2260 (preferred)
* valueCoding.code 1..1
* valueCoding.code obeys cn-division-2

Invariant: cn-division-2
Description: "The code of the place of insurance has 6 digits."
Severity: #error
Expression: "matches('^[0-9]{6}$')"
* insert Chinese(参保地行政区划代码应为 6 位数字。)
