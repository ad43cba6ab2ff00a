Extension: CnGender
Id: cn-gender
Title: "国标性别 Sex by GB/T 2261.1"
Description: "保留国标性别代码：0 与 9 在 gender 中都是 unknown。Keeps the national code beside gender, where 0 and 9 both become unknown."
Context: Patient.gender, Practitioner.gender, RelatedPerson.gender, Person.gender
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/gbt-2261-1 (required)

Extension: CnEthnicity
Id: cn-ethnicity
Title: "民族 Ethnic group"
Description: "GB 3304 数字代码；其他或不详用 v3-NullFlavor 的 OTH、UNK。Numeric code of GB 3304; other or unknown by OTH or UNK."
Context: Patient, Practitioner, RelatedPerson, Person
* value[x] 1..1
* value[x] only Coding
* valueCoding from CnEthnicityVS (required)

Extension: CnOccupation
Id: cn-occupation
Title: "职业 Occupation class"
Description: "从业状况（个人身份），GB/T 2261.4（DE02.01.052.00）。Employment status by GB/T 2261.4."
Context: Patient, RelatedPerson, Person
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/gbt-2261-4 (extensible)

Extension: CnEducation
Id: cn-education
Title: "学历 Educational attainment"
Description: "GB/T 4658（DE02.01.041.00）。By GB/T 4658."
Context: Patient, Practitioner, RelatedPerson, Person
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/gbt-4658 (extensible)

Extension: CnWorkplace
Id: cn-workplace
Title: "工作单位名称 Name of the workplace"
Description: "工作单位或学校名称（DE02.01.004.00）。Name of the employer or the school."
Context: Patient, RelatedPerson, Person
* value[x] 1..1
* value[x] only string

Extension: CnNativePlace
Id: cn-native-place
Title: "籍贯 Native place"
Description: "祖居地，到省、市即可；出生地另用 patient-birthPlace。Where the family comes from, down to province and city; the place of birth is patient-birthPlace."
Context: Patient, Practitioner, RelatedPerson, Person
* value[x] 1..1
* value[x] only Address
