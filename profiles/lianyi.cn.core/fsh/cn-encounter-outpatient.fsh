Profile: CnEncounterOutpatient
Parent: CnEncounter
Id: cn-encounter-outpatient
Title: "门诊就诊 Outpatient visit"
Description: "一次门诊：门诊号、科室、接诊医师、初诊或复诊。One visit to an outpatient department: number, department, physician, first visit or not."
* class = $v3-ActCode#AMB
* identifier[outpatientNumber] 1..* MS
* extension[firstVisit] MS
* serviceType MS
* participant MS
* participant ^short = "接诊医师 the physician"
* period 1..1
* obeys cn-enc-4 and cn-enc-5

Invariant: cn-enc-4
Description: "The national kind of an outpatient visit is 1 (outpatient) or 9 (other)."
Severity: #error
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.271' and (code = '2' or code = '3')).exists().not()"
* insert Chinese(门诊的患者类型代码不应为 2 急诊或 3 住院。)

Invariant: cn-enc-5
Description: "A visit that is in progress or finished names its physician."
Severity: #warning
Expression: "(status != 'in-progress' and status != 'finished') or participant.individual.exists()"
* insert Chinese(进行中或已结束的门诊应有接诊医师。)
