// Laboratory results in Qinghe carry the item code of the city, so that all its hospitals mean the same by it.
Profile: QhObservationLab
Parent: https://lianyi.cn/fhir/StructureDefinition/cn-observation-lab
Id: qh-observation-lab
Title: "青禾市检验结果 Laboratory result in Qinghe"
Description: "检验项目必须有青禾市统一项目代码，可并列 LOINC。The item has the code of the city; LOINC may stand beside it."
* code.coding ^slicing.discriminator.type = #value
* code.coding ^slicing.discriminator.path = "system"
* code.coding ^slicing.rules = #open
* code.coding contains city 1..1
* code.coding[city] ^short = "青禾市检验项目代码 item code of the city"
* code.coding[city] from https://fhir.qinghe.example/fhir/ValueSet/qh-lab-item (required)
* code.coding[city].system 1..1
* code.coding[city].system = "https://fhir.qinghe.example/fhir/CodeSystem/qh-lab-item"
* code.coding[city].code 1..1
