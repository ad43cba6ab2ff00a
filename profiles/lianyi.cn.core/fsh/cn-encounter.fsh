Profile: CnEncounter
Parent: Encounter
Id: cn-encounter
Title: "就诊 Encounter"
Description: "门诊、急诊、住院等就诊。class 用 v3-ActCode；国家代码（患者类型、入院途径、离院方式）写在各自的 coding 切片中。Visits and stays. class is of v3-ActCode; the national codes (kind of patient, route of admission, way of leaving) stand in slices of their own."
* obeys cn-enc-1 and cn-enc-2 and cn-enc-3
* extension contains CnAdmissionCount named admissionCount 0..1 and CnFirstVisit named firstVisit 0..1
* insert SlicedBySystem(identifier)
* identifier 1..* MS
* insert IdentifierSlice(outpatientNumber, urn:oid:2.16.156.10011.1.11, 门（急）诊号 outpatient number)
* identifier[outpatientNumber].value obeys cn-local-1
* insert IdentifierSlice(inpatientNumber, urn:oid:2.16.156.10011.1.12, 住院号 inpatient number)
* identifier[inpatientNumber].value obeys cn-local-1
* status MS
* class from CnEncounterClassVS (required)
* class MS
* insert NationalCoding(type.coding, urn:oid:2.16.156.10011.2.3.1.271, https://lianyi.cn/fhir/ValueSet/cv09-00-404, extensible)
* insert CodingSlice(type.coding, kind, https://lianyi.cn/fhir/CodeSystem/encounter-kind, https://lianyi.cn/fhir/ValueSet/encounter-kind, required)
* serviceType ^short = "就诊科室 department"
* insert NationalCoding(serviceType.coding, urn:oid:2.16.156.10011.2.3.2.62, https://lianyi.cn/fhir/ValueSet/clinical-department, preferred)
* subject 1..1 MS
* subject only Reference(Patient)
* period MS
* diagnosis.extension contains CnAdmissionCondition named admissionCondition 0..1
* insert SlicedBySystem(hospitalization.admitSource.coding)
* insert CodingSlice(hospitalization.admitSource.coding, national, urn:oid:2.16.156.10011.2.3.1.270, https://lianyi.cn/fhir/ValueSet/cv09-00-403, required)
* insert CodingSlice(hospitalization.admitSource.coding, frontPage, https://lianyi.cn/fhir/CodeSystem/admission-route-front-page, https://lianyi.cn/fhir/ValueSet/admission-route-front-page, required)
* insert NationalCoding(hospitalization.dischargeDisposition.coding, urn:oid:2.16.156.10011.2.3.1.265, https://lianyi.cn/fhir/ValueSet/cv06-00-226, required)
* serviceProvider 1..1 MS

Invariant: cn-enc-1
Description: "An encounter in progress or finished has a start."
Severity: #error
Expression: "(status != 'in-progress' and status != 'onleave' and status != 'finished') or period.start.exists()"
* insert Chinese(进行中或已结束的就诊应有开始时间。)

Invariant: cn-enc-2
Description: "A finished inpatient stay has an end and a discharge disposition."
Severity: #warning
Expression: "status != 'finished' or class.code != 'IMP' or (period.end.exists() and hospitalization.dischargeDisposition.exists())"
* insert Chinese(已结束的住院应有出院时间和离院方式。)

Invariant: cn-enc-3
Description: "Stays in wards follow each other: each ends before the next begins, and only the last may be open (beds and rooms, which lie in a ward, are not looked at)."
Severity: #warning
Expression: "location.where(physicalType.coding.where(code = 'ro' or code = 'bd').exists().not()).period.where(start.exists()).aggregate(iif($total.exists() and $this.start < $total, @9999-12-31T00:00:00+08:00, iif($this.end.exists(), $this.end, @9998-12-31T00:00:00+08:00))).where($this > @9999-01-01T00:00:00+08:00).exists().not()"
* insert Chinese(转科时各病区时间应先后相接、互不重叠，只有最后一个可以没有结束时间（不看病房和病床）。)

Extension: CnFirstVisit
Id: cn-first-visit
Title: "初诊标志 First visit"
Description: "是否初诊（DE06.00.196.00）。Whether it is the first visit for this reason."
Context: Encounter
* value[x] 1..1
* value[x] only boolean

Extension: CnAdmissionCondition
Id: cn-admission-condition
Title: "入院病情 Condition present on admission"
Description: "出院诊断在入院时是否已有，CV05.10.019（DE09.00.104.00）。Whether a discharge diagnosis was present on admission."
Context: Encounter.diagnosis
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv05-10-019 (required)

Extension: CnAdmissionCount
Id: cn-admission-count
Title: "住院次数 Number of the admission"
Description: "患者在本院第几次住院（DE02.10.090.00）。The how many-th admission of the patient to this hospital."
Context: Encounter
* value[x] 1..1
* value[x] only positiveInt

ValueSet: CnEncounterClassVS
Id: cn-encounter-class
Title: "就诊类型 Classes of encounters"
Description: "门诊 AMB、急诊 EMER、住院 IMP、日间 SS、留观 OBSENC、家庭病床及上门 HH、互联网诊疗 VR 等。Outpatient, emergency, inpatient, day care, observation, home, online and others of v3-ActCode."
* $v3-ActCode#AMB "ambulatory"
* $v3-ActCode#EMER "emergency"
* $v3-ActCode#IMP "inpatient encounter"
* $v3-ActCode#ACUTE "inpatient acute"
* $v3-ActCode#NONAC "inpatient non-acute"
* $v3-ActCode#PRENC "pre-admission"
* $v3-ActCode#SS "short stay"
* $v3-ActCode#OBSENC "observation encounter"
* $v3-ActCode#HH "home health"
* $v3-ActCode#FLD "field"
* $v3-ActCode#VR "virtual"
