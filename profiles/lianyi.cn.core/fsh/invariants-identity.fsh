// Rules for the values of identifiers of people. Only what is normative in FHIRPath N1 is used; a format test stands
// in front wherever a later term would be empty, because an empty result counts as a failure.

Invariant: cn-id-1
Description: "A resident identity number has 17 digits and a check character (a digit or capital X; GB 11643, MOD 11-2), or is an old one of 15 digits."
Severity: #error
Expression: "matches('^[0-9]{15}$') or (matches('^[0-9]{17}[0-9X]$') and (substring(0,1).toInteger()*7+substring(1,1).toInteger()*9+substring(2,1).toInteger()*10+substring(3,1).toInteger()*5+substring(4,1).toInteger()*8+substring(5,1).toInteger()*4+substring(6,1).toInteger()*2+substring(7,1).toInteger()+substring(8,1).toInteger()*6+substring(9,1).toInteger()*3+substring(10,1).toInteger()*7+substring(11,1).toInteger()*9+substring(12,1).toInteger()*10+substring(13,1).toInteger()*5+substring(14,1).toInteger()*8+substring(15,1).toInteger()*4+substring(16,1).toInteger()*2+iif(substring(17,1)='X',10,substring(17,1).toInteger())) mod 11 = 1)"
* insert Chinese(居民身份证号应为 17 位数字加 1 位校验码（数字或大写 X，GB 11643，MOD 11-2），或 15 位旧号。)

Invariant: cn-id-2
Description: "The first two digits of a resident identity number name a province (11–15, 21–23, 31–37, 41–46, 50–54, 61–65, 71, 81–83)."
Severity: #error
Expression: "matches('^([0-9]{15}|[0-9]{17}[0-9X])$').not() or matches('^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9X]*$')"
* insert Chinese(居民身份证号前两位应为省级地址码（11–15、21–23、31–37、41–46、50–54、61–65、71、81–83）。)

Invariant: cn-id-3
Description: "The birth date in a resident identity number is a day that exists."
Severity: #error
Expression: "matches('^([0-9]{15}|[0-9]{17}[0-9X])$').not() or matches('^[0-9]{6}(18|19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))[0-9]{3}[0-9X]$') or matches('^[0-9]{6}((18|19|20)(0[48]|[2468][048]|[13579][26])|2000)0229[0-9]{3}[0-9X]$') or matches('^[0-9]{8}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))[0-9]{3}$') or matches('^[0-9]{6}(0[48]|[2468][048]|[13579][26])0229[0-9]{3}$')"
* insert Chinese(居民身份证号中的出生日期应真实存在。)

Invariant: cn-id-4
Description: "The birth date in a resident identity number is not later than today."
Severity: #error
Expression: "matches('^[0-9]{17}[0-9X]$').not() or substring(6,8).toInteger() <= today().toString().replace('-','').toInteger()"
* insert Chinese(居民身份证号中的出生日期不应晚于今天。)

Invariant: cn-id-5
Description: "An identity number of 15 digits is an old one and says so: use = old."
Severity: #error
Expression: "value.matches('^[0-9]{15}$').not() or use = 'old'"
* insert Chinese(15 位旧身份证号应标明 use = old。)

Invariant: cn-prc-1
Description: "The number of a foreign permanent resident card has 18 characters (2023 edition: 9 first, MOD 11-2 check character last), or three capital letters and 12 digits (2017 edition)."
Severity: #error
Expression: "matches('^[A-Z]{3}[0-9]{12}$') or (matches('^9[0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$') and (substring(0,1).toInteger()*7+substring(1,1).toInteger()*9+substring(2,1).toInteger()*10+substring(3,1).toInteger()*5+substring(4,1).toInteger()*8+substring(5,1).toInteger()*4+substring(6,1).toInteger()*2+substring(7,1).toInteger()+substring(8,1).toInteger()*6+substring(9,1).toInteger()*3+substring(10,1).toInteger()*7+substring(11,1).toInteger()*9+substring(12,1).toInteger()*10+substring(13,1).toInteger()*5+substring(14,1).toInteger()*8+substring(15,1).toInteger()*4+substring(16,1).toInteger()*2+iif(substring(17,1)='X',10,substring(17,1).toInteger())) mod 11 = 1)"
* insert Chinese(外国人永久居留身份证号应为 2023 版 18 位（9 开头，MOD 11-2 校验），或 2017 版 3 个大写字母加 12 位数字。)

Invariant: cn-permit-1
Description: "A mainland travel permit for Hong Kong and Macao residents has H or M and 8 digits (old ones 2 more)."
Severity: #error
Expression: "matches('^[HM][0-9]{8}([0-9]{2})?$')"
* insert Chinese(港澳居民来往内地通行证号应为 H 或 M 加 8 位数字（旧证另加 2 位换证次数）。)

Invariant: cn-permit-2
Description: "A mainland travel permit for Taiwan residents has 8 digits (before 2015: 10 digits and a renewal mark)."
Severity: #error
Expression: "matches('^([0-9]{8}|[0-9]{10}([A-Z]|[(][A-Z0-9][)])?)$')"
* insert Chinese(台湾居民来往大陆通行证号应为 8 位数字（2015 年前为 10 位数字加换证标识）。)

Invariant: cn-passport-1
Description: "A Chinese passport number is usually E and 8 digits, E, a letter (not I or O) and 7 digits, G and 8 digits, and the like."
Severity: #warning
Expression: "matches('^(E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}|1[45][0-9]{7}|[DSP][0-9]{8}|(DE|SE|PE)[0-9]{7})$')"
* insert Chinese(中国护照号通常为 E 加 8 位数字、E 加字母（不含 I、O）加 7 位数字、G 加 8 位数字等。)

Invariant: cn-passport-2
Description: "A passport number usually has 4 to 15 capital letters and digits."
Severity: #warning
Expression: "system.exists().not() or system.startsWith('http://hl7.org/fhir/sid/passport-').not() or value.matches('^[A-Z0-9]{4,15}$')"
* insert Chinese(护照号通常为 4–15 位大写字母和数字。)

Invariant: cn-birth-1
Description: "The number of a birth certificate is usually a capital letter and 9 digits."
Severity: #warning
Expression: "matches('^[A-Z][0-9]{9}$')"
* insert Chinese(出生医学证明编号通常为 1 位大写字母加 9 位数字。)

Invariant: cn-record-1
Description: "The number of a health record has 17 digits (DE01.00.009.00)."
Severity: #error
Expression: "matches('^[0-9]{17}$')"
* insert Chinese(城乡居民健康档案编号应为 17 位数字（DE01.00.009.00）。)

Invariant: cn-card-1
Description: "The number of a health card has at most 18 digits and capital letters (DE01.00.021.00)."
Severity: #warning
Expression: "matches('^[0-9A-Z]{1,18}$')"
* insert Chinese(居民健康卡号不超过 18 位数字或大写字母（DE01.00.021.00）。)

Invariant: cn-local-1
Description: "The number of an outpatient, an inpatient or a medical record has at most 18 characters (DE01.00.010.00, 014.00, 004.00)."
Severity: #warning
Expression: "matches('^[0-9A-Za-z_-]{1,18}$')"
* insert Chinese(门诊号、住院号、病案号不超过 18 位（DE01.00.010.00、014.00、004.00）。)

Invariant: cn-local-2
Description: "Numbers of outpatients, inpatients and medical records are unique inside one institution only: name it as assigner."
Severity: #warning
Expression: "assigner.exists()"
* insert Chinese(门诊号、住院号、病案号只在一个机构内唯一，应写明 assigner。)

Invariant: cn-person-1
Description: "The birth date agrees with the resident identity number."
Severity: #warning
Expression: "birthDate.exists().not() or identifier.where(system = 'urn:oid:2.16.156.10011.1.3' and value.matches('^[0-9]{17}[0-9X]$')).all(value.substring(6,8).startsWith(%resource.birthDate.toString().replace('-','')))"
* insert Chinese(出生日期应与身份证号一致。)

Invariant: cn-person-2
Description: "The sex agrees with the 17th digit of the resident identity number (odd for male, even for female)."
Severity: #warning
Expression: "gender.exists().not() or (gender != 'male' and gender != 'female') or identifier.where(system = 'urn:oid:2.16.156.10011.1.3' and value.matches('^[0-9]{17}[0-9X]$')).all(value.substring(16,1).toInteger() mod 2 = iif(%resource.gender = 'male', 1, 0))"
* insert Chinese(性别应与身份证号第 17 位一致（奇数为男，偶数为女）。)

Invariant: cn-gender-1
Description: "gender agrees with the code of GB/T 2261.1 (1 is male, 2 is female, 0 and 9 are unknown)."
Severity: #error
Expression: "extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-gender').all((value.code = '1' and %resource.gender = 'male') or (value.code = '2' and %resource.gender = 'female') or ((value.code = '0' or value.code = '9') and %resource.gender = 'unknown'))"
* insert Chinese(gender 应与国标性别代码一致（1 → male，2 → female，0、9 → unknown）。)

Invariant: cn-name-1
Description: "The dot between the parts of a name is U+00B7 (·)."
Severity: #warning
Expression: "matches('^[^•・‧∙⋅･]*$')"
* insert Chinese(姓名中的间隔号应为 U+00B7（·）。)
