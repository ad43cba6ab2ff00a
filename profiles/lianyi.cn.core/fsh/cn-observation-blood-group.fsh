Profile: CnObservationBloodGroup
Parent: Observation
Id: cn-observation-blood-group
Title: "血型 Blood group"
Description: "ABO 血型（LOINC 883-9，CV04.50.005）与 Rh(D) 血型（10331-7，CV04.50.020）各为一项结果。注意 Rh 代码 1 为阴性，2 为阳性。未查写 dataAbsentReason。ABO and Rh(D) are two observations. Mind that 1 is Rh negative and 2 is Rh positive. Not tested is a dataAbsentReason."
* obeys cn-blood-1 and cn-blood-2 and cn-blood-3
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains laboratory 1..1
* category[laboratory] = $observation-category#laboratory
* status MS
* code MS
* code obeys cn-coded-1
* insert SlicedBySystem(code.coding)
* code.coding contains loinc 1..*
* code.coding[loinc] from CnBloodGroupItemVS (required)
* code.coding[loinc].system 1..1
* code.coding[loinc].system = "http://loinc.org"
* code.coding[loinc].code 1..1
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] MS
* performer MS
* value[x] only CodeableConcept
* value[x] MS
* insert SlicedBySystem(valueCodeableConcept.coding)
* insert CodingSlice(valueCodeableConcept.coding, abo, urn:oid:2.16.156.10011.2.3.1.85, https://lianyi.cn/fhir/ValueSet/cv04-50-005, required)
* insert CodingSlice(valueCodeableConcept.coding, rh, urn:oid:2.16.156.10011.2.3.1.250, https://lianyi.cn/fhir/ValueSet/cv04-50-020, required)
* dataAbsentReason MS
* specimen MS
* method ^short = "检测方法 method"

Invariant: cn-blood-1
Description: "A blood group has a value or a reason for its absence."
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists()"
* insert Chinese(血型应有值或缺值原因。)

Invariant: cn-blood-2
Description: "An ABO group (883-9) has no Rh code as its value, an Rh group (10331-7) no ABO code."
Severity: #error
Expression: "(code.coding.where(system = 'http://loinc.org' and code = '883-9').exists().not() or value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.250').exists().not()) and (code.coding.where(system = 'http://loinc.org' and code = '10331-7').exists().not() or value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.85').exists().not())"
* insert Chinese(ABO 血型（883-9）的值不应是 Rh 代码，Rh 血型（10331-7）的值不应是 ABO 代码。)

Invariant: cn-blood-3
Description: "Rh code 1 is negative and 2 is positive: the text and the display do not say the contrary (CV04.50.020)."
Severity: #error
Expression: "(value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.250' and code = '1').exists().not() or (value.ofType(CodeableConcept).text | value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.250').display).where(contains('阳')).exists().not()) and (value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.250' and code = '2').exists().not() or (value.ofType(CodeableConcept).text | value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.250').display).where(contains('阴')).exists().not())"
* insert Chinese(Rh 代码 1 为阴性，2 为阳性，文字和 display 不应与之相反（CV04.50.020）。)

ValueSet: CnBloodGroupItemVS
Id: cn-blood-group-item
Title: "血型项目 Items of the blood group"
Description: "ABO 血型 883-9 与 Rh(D) 血型 10331-7。ABO group and Rh(D) group."
* $loinc#883-9
* $loinc#10331-7
