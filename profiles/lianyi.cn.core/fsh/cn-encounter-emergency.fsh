Profile: CnEncounterEmergency
Parent: CnEncounter
Id: cn-encounter-emergency
Title: "急诊就诊 Emergency visit"
Description: "急诊或急诊留观：分诊级别（priority）、到达与离开时间、去向。Emergency care or observation: triage level (priority), arrival and leaving, where to."
* class from CnEmergencyClassVS (required)
* identifier[outpatientNumber] MS
* insert NationalCoding(priority.coding, https://lianyi.cn/fhir/CodeSystem/triage-level, https://lianyi.cn/fhir/ValueSet/triage-level, required)
* priority MS
* priority ^short = "分诊级别 triage level"
* period 1..1
* obeys cn-enc-6 and cn-enc-7

Invariant: cn-enc-6
Description: "The national kind of an emergency visit is 2 (emergency) or 9 (other)."
Severity: #error
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.271' and (code = '1' or code = '3' or code = '4')).exists().not()"
* insert Chinese(急诊的患者类型代码不应为 1 门诊、3 住院或 4 体检。)

Invariant: cn-enc-7
Description: "An emergency visit that has begun has a triage level."
Severity: #warning
Expression: "(status != 'triaged' and status != 'in-progress' and status != 'finished') or priority.exists()"
* insert Chinese(已开始的急诊应有分诊级别。)

ValueSet: CnEmergencyClassVS
Id: cn-emergency-class
Title: "急诊类型 Classes of emergency visits"
Description: "急诊 EMER、留观 OBSENC。Emergency and observation."
* $v3-ActCode#EMER "emergency"
* $v3-ActCode#OBSENC "observation encounter"
