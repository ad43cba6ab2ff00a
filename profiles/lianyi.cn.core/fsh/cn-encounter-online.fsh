Profile: CnEncounterOnline
Parent: CnEncounter
Id: cn-encounter-online
Title: "互联网诊疗 Online visit"
Description: "互联网医院的一次诊疗：class 用 VR；国家的患者类型没有对应代码。互联网诊疗以复诊为主。One visit to an internet hospital: class VR; the national kinds of patients have no code for it. Online care is mostly for follow-up."
* class = $v3-ActCode#VR
* extension[firstVisit] MS
* participant 1..* MS
* participant ^short = "接诊医师 the physician"
* serviceType MS
* period 1..1
* obeys cn-enc-12 and cn-enc-13

Invariant: cn-enc-12
Description: "An online visit takes place in no ward or bed."
Severity: #error
Expression: "location.where(physicalType.coding.where(code = 'wa' or code = 'ro' or code = 'bd').exists()).exists().not() and hospitalization.exists().not()"
* insert Chinese(互联网诊疗没有病区、病床和住院信息。)

Invariant: cn-enc-13
Description: "Online care is usually for patients who were seen before."
Severity: #warning
Expression: "extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-first-visit' and value = true).exists().not()"
* insert Chinese(互联网诊疗一般不用于首诊。)
