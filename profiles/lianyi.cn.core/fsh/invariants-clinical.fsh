// Rules that several clinical profiles share: names of codes, numbers of requests and reports, forms of the Chinese ICD codes.

Invariant: cn-coded-1
Description: "A code has a name: text or coding.display."
Severity: #error
Expression: "text.exists() or coding.display.exists()"
* insert Chinese(代码应有名称（text 或 coding.display）。)

Invariant: cn-number-1
Description: "The number of a request or a report has at most 20 characters (DE01.00.008.00, DE01.00.018.00)."
Severity: #warning
Expression: "matches('^.{1,20}$')"
* insert Chinese(申请单、报告单编号不超过 20 位（DE01.00.008.00、DE01.00.018.00）。)

Invariant: cn-icd-1
Description: "An ICD-10 code of the Chinese editions is a letter, 2 digits, a point, 3 digits or placeholders x, and where it is extended x and 3 digits (I10.x00x002); or a morphology code (M81400/3)."
Severity: #warning
Expression: "matches('^[A-Z][0-9]{2}[.][0-9xX]{3}([xX][0-9]{3})?[+*]?$') or matches('^M[0-9]{4,5}/[0-9](x[0-9]{3})?$')"
* insert Chinese(中国版 ICD-10 编码为字母、2 位数字、点、3 位数字或占位符 x，扩展码再加 x 和 3 位数字（I10.x00x002）；或为形态学编码（M81400/3）。)

Invariant: cn-icd-2
Description: "The placeholder of an ICD-10 code is a small x (I10.x00x002, not I10.X00X002)."
Severity: #warning
Expression: "matches('^.[^X]*$')"
* insert Chinese(ICD-10 编码的占位符为小写 x（I10.x00x002，而非 I10.X00X002）。)

Invariant: cn-icd-3
Description: "Codes of the Chinese editions do not belong to the system of WHO's ICD-10: icd-10-nhc or icd-10-nhsa says which edition they are of."
Severity: #warning
Expression: "coding.where(system = 'http://hl7.org/fhir/sid/icd-10').all(code.matches('^[A-Z][0-9]{2}([.][0-9]{1,2})?[+*]?$'))"
* insert Chinese(中国版扩展编码不属于 WHO 的 ICD-10 系统，应以 icd-10-nhc 或 icd-10-nhsa 写明版本。)

Invariant: cn-icd-4
Description: "Two codes of one edition are two diagnoses, and so two Conditions, unless they are a dagger and asterisk pair."
Severity: #warning
Expression: "(coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/icd-10-nhc').code.distinct().count() <= 1 and coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/icd-10-nhsa').code.distinct().count() <= 1) or coding.where(code.matches('^.*[+*]$')).exists()"
* insert Chinese(同一版本的两个编码是两个诊断，应写成两个 Condition；剑号与星号成对的除外。)

Invariant: cn-icd9-1
Description: "A code of the Chinese editions of ICD-9-CM-3 is usually 2 digits, a point, 2 to 4 digits, and where it is extended x and 3 digits (47.0100, 00.5500x009)."
Severity: #warning
Expression: "matches('^[0-9]{2}[.][0-9]{2,4}(x[0-9]{3})?$')"
* insert Chinese(中国版 ICD-9-CM-3 编码通常为 2 位数字、点、2 至 4 位数字，扩展码再加 x 和 3 位数字（47.0100、00.5500x009）。)
