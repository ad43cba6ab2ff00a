Profile: CnOrganization
Parent: Organization
Id: cn-organization
Title: "机构与科室 Organization"
Description: "医疗卫生机构及其科室（科室用 partOf 指向机构）。Health institutions and their departments (a department is partOf its institution)."
* insert SlicedBySystem(identifier)
* identifier 1..* MS
* insert IdentifierSlice(socialCreditCode, https://lianyi.cn/fhir/sid/unified-social-credit-code, 统一社会信用代码 unified social credit code)
* identifier[socialCreditCode] MS
* identifier[socialCreditCode].value obeys cn-uscc-1 and cn-uscc-2
* insert IdentifierSlice(organizationCode, urn:oid:2.16.156.10011.1.5, 组织机构代码 organization code)
* identifier[organizationCode].value obeys cn-org-1 and cn-org-2
* insert IdentifierSlice(institutionCode, https://lianyi.cn/fhir/sid/institution-code, 卫生机构（组织）代码 health institution code)
* identifier[institutionCode].value obeys cn-org-3
* insert IdentifierSlice(practiceLicence, https://lianyi.cn/fhir/sid/institution-licence, 医疗机构执业许可证登记号 practice licence)
* identifier[practiceLicence].value obeys cn-org-4
* insert IdentifierSlice(departmentNumber, urn:oid:2.16.156.10011.1.26, 科室编号 department number)
* name 1..1 MS
* insert SlicedBySystem(type.coding)
* insert CodingSlice(type.coding, institutionType, https://lianyi.cn/fhir/CodeSystem/ws-218, https://lianyi.cn/fhir/ValueSet/ws-218, extensible)
* insert CodingSlice(type.coding, legalForm, https://lianyi.cn/fhir/CodeSystem/gbt-20091, https://lianyi.cn/fhir/ValueSet/gbt-20091, extensible)
* insert CodingSlice(type.coding, department, urn:oid:2.16.156.10011.2.3.2.62, https://lianyi.cn/fhir/ValueSet/clinical-department, preferred)
* insert ChineseAddress
* partOf MS
