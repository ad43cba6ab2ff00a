Profile: CnEncounterCheckUp
Parent: CnEncounter
Id: cn-encounter-check-up
Title: "健康体检 Health check-up"
Description: "一次健康体检：class 用 AMB，type 写明体检（encounter-kind 的 check-up；患者类型 4 只见于部分消息，可并列）。One health check-up: class AMB, type says so (check-up of encounter-kind; kind of patient 4, which occurs in some schemas only, may stand beside it)."
* class = $v3-ActCode#AMB
* type 1..* MS
* period 1..1
* obeys cn-enc-10 and cn-enc-11

Invariant: cn-enc-10
Description: "A health check-up says so: type has check-up of encounter-kind."
Severity: #error
Expression: "type.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/encounter-kind' and code = 'check-up').exists()"
* insert Chinese(体检应在 type 写明 encounter-kind 的 check-up。)

Invariant: cn-enc-11
Description: "A health check-up is no emergency visit and no stay."
Severity: #error
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.271' and (code = '2' or code = '3')).exists().not()"
* insert Chinese(体检的患者类型代码不应为 2 急诊或 3 住院。)
