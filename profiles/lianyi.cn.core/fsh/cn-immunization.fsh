Profile: CnImmunization
Parent: Immunization
Id: cn-immunization
Title: "预防接种 Immunization"
Description: "一剂次接种：疫苗、批号、有效期、生产企业、追溯码、剂次、部位、途径、接种单位与人员；免疫规划与非免疫规划疫苗以 fundingSource 区分。One dose given: vaccine, lot, expiry, manufacturer, trace code, number in the series, site, route, who gave it and where; fundingSource tells vaccines of the national programme from others."
* obeys cn-imm-1 and cn-imm-2 and cn-imm-3
* extension contains CnDrugTraceCode named traceCode 0..1
* status MS
* vaccineCode MS
* vaccineCode obeys cn-coded-1
* insert SlicedBySystem(vaccineCode.coding)
* insert EditionSlice(vaccineCode.coding, national, https://lianyi.cn/fhir/CodeSystem/cv08-50-001, https://lianyi.cn/fhir/ValueSet/cv08-50-001, 疫苗名称代码 CV08.50.001 national code of the vaccine)
* patient MS
* occurrence[x] MS
* primarySource MS
* location ^short = "接种单位地点 where it was given"
* manufacturer MS
* lotNumber MS
* expirationDate MS
* site ^short = "接种部位 site"
* insert NationalCoding(route.coding, urn:oid:2.16.156.10011.2.3.1.158, https://lianyi.cn/fhir/ValueSet/cv06-00-102, required)
* insert NationalCoding(fundingSource.coding, https://lianyi.cn/fhir/CodeSystem/vaccine-programme, https://lianyi.cn/fhir/ValueSet/vaccine-programme, required)
* performer MS
* performer ^short = "接种单位与接种人员 institution and person"
* reaction ^short = "疑似预防接种异常反应 adverse event"
* protocolApplied MS
* protocolApplied ^short = "剂次 number in the series"

Invariant: cn-imm-1
Description: "A dose that is recorded by those who gave it has a date and not only a text."
Severity: #error
Expression: "primarySource = false or occurrence.ofType(dateTime).exists()"
* insert Chinese(接种单位自己登记的接种应有日期，不能只是文字。)

Invariant: cn-imm-2
Description: "A dose given by those who record it has a lot number."
Severity: #warning
Expression: "status != 'completed' or primarySource = false or lotNumber.exists()"
* insert Chinese(接种单位自己登记的已完成接种应有疫苗批号。)

Invariant: cn-imm-3
Description: "The vaccine had not expired when it was given."
Severity: #warning
Expression: "expirationDate.exists().not() or occurrence.ofType(dateTime).exists().not() or (expirationDate.toString() & '~') >= occurrence.ofType(dateTime).toString().substring(0, 10)"
* insert Chinese(接种时疫苗应在有效期内。)

Extension: CnDrugTraceCode
Id: cn-drug-trace-code
Title: "药品追溯码 Trace code of the package"
Description: "疫苗或药品最小包装上的追溯码，通常 20 位数字。The trace code on the smallest package of a vaccine or a medicine, usually 20 digits."
Context: Immunization, MedicationDispense, MedicationAdministration
* value[x] 1..1
* value[x] only string
* valueString obeys cn-trace-1

Invariant: cn-trace-1
Description: "A trace code usually has 20 digits."
Severity: #warning
Expression: "matches('^[0-9]{20}$')"
* insert Chinese(药品追溯码通常为 20 位数字。)
