Profile: CnEncounterInpatient
Parent: CnEncounter
Id: cn-encounter-inpatient
Title: "住院就诊 Inpatient stay"
Description: "一次住院：住院号、入院途径、病区与床位（转科时多个先后相接的 location）、出院诊断与离院方式。One stay: number, route of admission, wards and beds (after a transfer several locations, one after the other), diagnoses and way of leaving."
* class from CnInpatientClassVS (required)
* identifier[inpatientNumber] 1..* MS
* period MS
* location MS
* location ^short = "病区、病房、病床 wards, rooms and beds"
* hospitalization MS
* hospitalization.admitSource MS
* diagnosis MS
* length ^short = "实际住院天数 days in hospital"
* obeys cn-enc-8 and cn-enc-9

Invariant: cn-enc-8
Description: "The national kind of a stay is 3 (inpatient) or 9 (other)."
Severity: #error
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.3.1.271' and (code = '1' or code = '2' or code = '4')).exists().not()"
* insert Chinese(住院的患者类型代码不应为 1 门诊、2 急诊或 4 体检。)

Invariant: cn-enc-9
Description: "A stay that has begun has a route of admission."
Severity: #warning
Expression: "(status != 'in-progress' and status != 'finished') or hospitalization.admitSource.exists()"
* insert Chinese(已开始的住院应有入院途径。)

ValueSet: CnInpatientClassVS
Id: cn-inpatient-class
Title: "住院类型 Classes of inpatient stays"
Description: "住院 IMP（急性 ACUTE、非急性 NONAC）、日间 SS、预住院 PRENC。Inpatient, day care and pre-admission."
* $v3-ActCode#IMP "inpatient encounter"
* $v3-ActCode#ACUTE "inpatient acute"
* $v3-ActCode#NONAC "inpatient non-acute"
* $v3-ActCode#SS "short stay"
* $v3-ActCode#PRENC "pre-admission"
