// What Qinghe demands of a Patient beyond lianyi.cn.core: an insurance card, a telephone number, and a form for its citizen card.
Profile: QhPatient
Parent: https://lianyi.cn/fhir/StructureDefinition/cn-patient
Id: qh-patient
Title: "青禾市居民 Resident of Qinghe"
Description: "青禾市的居民必须有医保卡号和联系电话；市民卡号有固定的形式。A resident of Qinghe has an insurance card and a telephone number; the citizen card has a fixed form."
* identifier[insuranceCard] 1..1 MS
* identifier contains citizenCard 0..1
* identifier[citizenCard] ^short = "青禾市民卡号 citizen card of Qinghe"
* identifier[citizenCard].system 1..1
* identifier[citizenCard].system = "https://fhir.qinghe.example/fhir/sid/citizen-card"
* identifier[citizenCard].value 1..1
* identifier[citizenCard].value obeys qh-card-1
* telecom 1.. MS

Invariant: qh-card-1
Description: "A citizen card of Qinghe has QH and eight digits."
Severity: #error
Expression: "matches('^QH[0-9]{8}$')"
* human.extension.url = "http://hl7.org/fhir/StructureDefinition/translation"
* human.extension.extension[0].url = "lang"
* human.extension.extension[0].valueCode = #zh-CN
* human.extension.extension[1].url = "content"
* human.extension.extension[1].valueString = "青禾市民卡号为 QH 加 8 位数字。"
