Profile: CnServiceRequest
Parent: ServiceRequest
Id: cn-service-request
Title: "电子申请单 Request"
Description: "检查、检验、病理、输血、手术、治疗、会诊等申请单：申请单编号、类别、项目、开单医师与时间；执行状态（检验 SE、检查 SC）写在扩展 executionStatus，也可用 Task。Request for an examination, laboratory work, pathology, transfusion, operation, treatment or consultation: its number, kind, item, who asks and when; how far it has come is in the extension executionStatus, or in a Task."
* obeys cn-req-1 and cn-req-2
* extension contains
    CnExecutionStatus named executionStatus 0..* and
    CnSurgeryLevel named level 0..1 and
    CnAnesthesia named anesthesia 0..*
* insert SlicedBySystem(identifier)
* identifier MS
* insert IdentifierSlice(requestNumber, urn:oid:2.16.156.10011.1.24, 电子申请单编号 number of the request)
* identifier[requestNumber].value obeys cn-number-1
* status MS
* intent MS
* category 1..* MS
* insert SlicedBySystem(category.coding)
* insert CodingSlice(category.coding, request, https://lianyi.cn/fhir/CodeSystem/request-category, https://lianyi.cn/fhir/ValueSet/request-category, required)
* insert CodingSlice(category.coding, orderItem, urn:oid:2.16.156.10011.2.3.1.268, https://lianyi.cn/fhir/ValueSet/cv06-00-229, required)
* priority MS
* code 1..1 MS
* code ^short = "申请项目 what is asked for"
* code obeys cn-coded-1
* subject MS
* subject only Reference(Patient)
* encounter MS
* occurrence[x] ^short = "预约或拟行时间 when it is planned"
* authoredOn MS
* authoredOn ^short = "开单时间 when it was written"
* requester 1..1 MS
* requester ^short = "开单医师 who asks"
* performer ^short = "执行科室 department that does it"
* reasonCode ^short = "临床诊断 clinical diagnosis"
* supportingInfo ^short = "病史摘要、既往结果 history, former results"
* specimen ^short = "标本 specimen"
* bodySite ^short = "检查部位 site"
* patientInstruction ^short = "注意事项 instructions"

Invariant: cn-req-1
Description: "A request says of which kind it is: a code of request-category or of CV06.00.229."
Severity: #error
Expression: "category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/request-category' or system = 'urn:oid:2.16.156.10011.2.3.1.268').exists()"
* insert Chinese(申请单应写明类别（request-category 或 CV06.00.229 的代码）。)

Invariant: cn-req-2
Description: "The states SE belong to laboratory requests and SC to examinations and pathology."
Severity: #warning
Expression: "(category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/request-category' and code = 'laboratory').exists().not() or extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-execution-status').extension.where(url = 'status').value.ofType(Coding).where(system = 'https://lianyi.cn/fhir/CodeSystem/check-status').exists().not()) and (category.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/request-category' and (code = 'examination' or code = 'pathology')).exists().not() or extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-execution-status').extension.where(url = 'status').value.ofType(Coding).where(system = 'https://lianyi.cn/fhir/CodeSystem/exam-status').exists().not())"
* insert Chinese(检验申请用检验状态（SE），检查和病理申请用检查状态（SC）。)

Extension: CnExecutionStatus
Id: cn-execution-status
Title: "执行状态 State of execution"
Description: "检验、检查的执行状态及其时间、人员（WS/T 846.11 状态信息交互），每次变化一条，最新的在后。A state of the work on a request with its time and person; one for each change, the newest last."
Context: ServiceRequest, Task
* extension contains
    status 1..1 and
    time 0..1 and
    actor 0..1
* extension[status] ^short = "状态 state"
* extension[status].value[x] 1..1
* extension[status].value[x] only Coding
* extension[status].valueCoding from CnExecutionStatusVS (extensible)
* extension[time] ^short = "时间 time"
* extension[time].value[x] 1..1
* extension[time].value[x] only dateTime
* extension[actor] ^short = "操作人员 person"
* extension[actor].value[x] 1..1
* extension[actor].value[x] only Reference(Practitioner or PractitionerRole or Organization or Device)

ValueSet: CnExecutionStatusVS
Id: cn-execution-status
Title: "检验与检查状态 States of laboratory work and examinations"
Description: "检验状态代码 SE01–SE11 与检查状态代码 SC01–SC37。Codes of both tables."
* include codes from system https://lianyi.cn/fhir/CodeSystem/exam-status
* include codes from system https://lianyi.cn/fhir/CodeSystem/check-status
