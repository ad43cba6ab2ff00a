Extension: CnAddressType
Id: cn-address-type
Title: "地址类别 Kind of address"
Description: "Address.use 说不出户籍地址，用 CV02.01.205（DE02.01.024.00）。Says what Address.use cannot, such as the registered permanent residence."
Context: Address
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv02-01-205 (preferred)

Extension: CnDivisionCode
Id: cn-division-code
Title: "行政区划代码 Code of the administrative division"
Description: "GB/T 2260 的 6 位代码，或加乡级、村级的 9 位、12 位代码；名称仍写在 state、city、district。The 6-digit code of GB/T 2260, or 9 and 12 digits with township and village; the names stay in state, city and district."
Context: Address
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/gbt-2260 (preferred)
* valueCoding.code 1..1
* valueCoding.code obeys cn-division-1

Extension: CnTownship
Id: cn-township
Title: "乡（镇、街道办事处） Township or subdistrict"
Description: "乡级名称，R4 的 Address 没有这一级（DE02.01.009.04）。Name of the township, a level that Address lacks."
Context: Address
* value[x] 1..1
* value[x] only string

Invariant: cn-division-1
Description: "The code of an administrative division has 6, 9 or 12 digits."
Severity: #error
Expression: "matches('^[0-9]{6}([0-9]{3}([0-9]{3})?)?$')"
* insert Chinese(行政区划代码应为 6、9 或 12 位数字。)
