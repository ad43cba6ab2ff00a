Profile: CnProcedure
Parent: Procedure
Id: cn-procedure
Title: "手术与操作 Operation or procedure"
Description: "一次手术或操作：国家临床版、医保版 ICD-9-CM-3（两个代码系统），手术级别、麻醉方法、切口，术者与助手写在 performer.function。One operation or procedure: code of the clinical and the insurance edition of ICD-9-CM-3, level, anaesthesia, incision; operator and assistants by performer.function."
* obeys cn-proc-1 and cn-proc-2
* extension contains
    CnSurgeryLevel named level 0..1 and
    CnAnesthesia named anesthesia 0..* and
    CnIncision named incision 0..1
* status MS
* insert NationalCoding(category.coding, https://lianyi.cn/fhir/CodeSystem/procedure-kind, https://lianyi.cn/fhir/ValueSet/procedure-kind, required)
* code 1..1 MS
* code obeys cn-coded-1
* insert SlicedBySystem(code.coding)
* insert EditionSlice(code.coding, icd9Nhc, https://lianyi.cn/fhir/CodeSystem/icd-9-cm-3-nhc, https://lianyi.cn/fhir/ValueSet/icd-9-cm-3-nhc, ICD-9-CM-3 国家临床版 clinical edition)
* code.coding[icd9Nhc].code obeys cn-icd9-1
* insert EditionSlice(code.coding, icd9Nhsa, https://lianyi.cn/fhir/CodeSystem/icd-9-cm-3-nhsa, https://lianyi.cn/fhir/ValueSet/icd-9-cm-3-nhsa, ICD-9-CM-3 医保版 insurance edition)
* code.coding[icd9Nhsa].code obeys cn-icd9-1
* insert EditionSlice(code.coding, icd9Document, urn:oid:2.16.156.10011.2.3.3.12, https://lianyi.cn/fhir/ValueSet/icd-9-cm-3-document, 共享文档中未写明版本的 ICD-9-CM-3 as shared documents carry it without an edition)
* subject MS
* subject only Reference(Patient)
* encounter MS
* performed[x] MS
* performer MS
* performer ^short = "术者、助手、麻醉医师、护士 operator, assistants, anaesthetist, nurses"
* insert NationalCoding(performer.function.coding, https://lianyi.cn/fhir/CodeSystem/operation-role, https://lianyi.cn/fhir/ValueSet/operation-role, required)
* reasonCode ^short = "术前诊断 preoperative diagnosis"
* bodySite ^short = "手术部位 site"
* complication ^short = "并发症 complications"
* report ^short = "手术记录 the record"

Invariant: cn-proc-1
Description: "A procedure in progress or completed says when it was performed."
Severity: #error
Expression: "(status != 'in-progress' and status != 'completed') or performed.exists()"
* insert Chinese(进行中或已完成的手术操作应有时间。)

Invariant: cn-proc-2
Description: "A completed operation names its operator (function operator)."
Severity: #warning
Expression: "status != 'completed' or category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/procedure-kind' and code = 'operation').exists().not() or performer.function.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/operation-role' and code = 'operator').exists()"
* insert Chinese(已完成的手术应写明术者（function 为 operator）。)

Extension: CnSurgeryLevel
Id: cn-surgery-level
Title: "手术级别 Level of the operation"
Description: "一级至四级，CV05.10.024。First to fourth level."
Context: Procedure, ServiceRequest
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv05-10-024 (required)

Extension: CnAnesthesia
Id: cn-anesthesia
Title: "麻醉方法 Anaesthesia"
Description: "CV06.00.103（DE06.00.073.00）；病案首页等处有两位父码，故不强制。By CV06.00.103; other tables circulate, so it is not binding."
Context: Procedure, ServiceRequest
* value[x] 1..1
* value[x] only Coding
* valueCoding from https://lianyi.cn/fhir/ValueSet/cv06-00-103 (extensible)

Extension: CnIncision
Id: cn-incision
Title: "手术切口 Incision"
Description: "切口类别（DE06.00.257.00）与愈合等级（DE05.10.147.00），或病案首页的合并代码（如Ⅰ/甲）。Class of the incision and grade of healing, or the one code of the front page for both (such as I/A)."
Context: Procedure
* extension contains
    class 0..1 and
    healing 0..1 and
    classAndHealing 0..1
* extension 1..*
* extension[class] ^short = "切口类别 class of the incision"
* extension[class].value[x] 1..1
* extension[class].value[x] only Coding
* extension[class].valueCoding from https://lianyi.cn/fhir/ValueSet/cv05-10-022 (preferred)
* extension[healing] ^short = "愈合等级 grade of healing"
* extension[healing].value[x] 1..1
* extension[healing].value[x] only Coding
* extension[healing].valueCoding from https://lianyi.cn/fhir/ValueSet/cv05-10-023 (preferred)
* extension[classAndHealing] ^short = "病案首页切口愈合等级 class and healing by the front page"
* extension[classAndHealing].value[x] 1..1
* extension[classAndHealing].value[x] only Coding
* extension[classAndHealing].valueCoding from https://lianyi.cn/fhir/ValueSet/incision-healing-front-page (extensible)
