Profile: CnSpecimen
Parent: Specimen
Id: cn-specimen
Title: "标本 Specimen"
Description: "检验或病理标本：标本编号（条码）、类别、状态、采样与接收时间、采集人员、申请单。A sample for laboratory work or pathology: its number (bar code), type, condition, when it was taken and received, by whom, and the request."
* obeys cn-spec-1 and cn-spec-2
* insert SlicedBySystem(identifier)
* identifier MS
* insert IdentifierSlice(specimenNumber, urn:oid:2.16.156.10011.1.14, 标本编号（条码） number of the sample)
* insert IdentifierSlice(pathologyNumber, urn:oid:2.16.156.10011.1.8, 病理号 number in pathology)
* status MS
* type 1..1 MS
* type ^short = "标本类别 type (DE04.50.134.00)"
* type obeys cn-coded-1
* type.text obeys cn-spec-3
* subject 1..1 MS
* subject only Reference(Patient)
* receivedTime MS
* receivedTime ^short = "接收标本日期时间 when it was received (DE04.50.141.00)"
* request MS
* request ^short = "电子申请单 the request"
* collection MS
* collection.collector ^short = "采集人员 who took it"
* collection.collected[x] MS
* collection.collected[x] ^short = "标本采样日期时间 when it was taken (DE04.50.137.00)"
* container ^short = "采样管、容器 tube or container"
* condition MS
* condition ^short = "标本状态 condition (DE04.50.135.00)"

Invariant: cn-spec-1
Description: "A sample is received after it was taken."
Severity: #warning
Expression: "iif(receivedTime < collection.collected.ofType(dateTime), false, true)"
* insert Chinese(标本的接收时间应晚于采样时间。)

Invariant: cn-spec-2
Description: "A sample that cannot be used (unsatisfactory) says why: condition or note."
Severity: #error
Expression: "status != 'unsatisfactory' or condition.exists() or note.exists()"
* insert Chinese(不合格标本应写明原因（condition 或 note）。)

Invariant: cn-spec-3
Description: "The type of a sample has at most 20 characters in the national data set (DE04.50.134.00)."
Severity: #warning
Expression: "length() <= 20"
* insert Chinese(标本类别在国家数据集中不超过 20 字（DE04.50.134.00）。)
