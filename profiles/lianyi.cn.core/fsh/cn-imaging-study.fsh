Profile: CnImagingStudy
Parent: ImagingStudy
Id: cn-imaging-study
Title: "影像检查 Imaging study"
Description: "DICOM 影像检查：检查实例 UID、检查号、设备类型、开始时间和数量。A DICOM study: its UID, accession number, modalities, start and counts."
* obeys cn-image-3 and cn-image-4 and cn-image-5
* insert SlicedBySystem(identifier)
* identifier 1..* MS
* identifier obeys cn-image-2
* insert IdentifierSlice(studyInstanceUid, urn:dicom:uid, Study Instance UID)
* identifier[studyInstanceUid] 1..1 MS
* identifier[studyInstanceUid].value obeys cn-image-1
* status MS
* modality 1..* MS
* subject 1..1 MS
* subject only Reference(Patient)
* started 1..1 MS
* basedOn ^short = "电子申请单 the request"
* numberOfSeries MS
* numberOfInstances MS
* endpoint ^short = "影像取用地址 where the images are"

Invariant: cn-image-1
Description: "The study instance UID is written urn:oid: and dotted numbers, the UID having at most 64 characters."
Severity: #error
Expression: "matches('^urn:oid:[0-2]([.](0|[1-9][0-9]*))+$') and matches('^.{1,72}$')"
* insert Chinese(检查实例 UID 应写作 urn:oid: 加点分数字，UID 不超过 64 位。)

Invariant: cn-image-2
Description: "An accession number (type ACSN) has at most 16 characters (DICOM 0008,0050)."
Severity: #error
Expression: "type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'ACSN').exists().not() or value.matches('^.{1,16}$')"
* insert Chinese(检查号（类型 ACSN）不超过 16 个字符（DICOM 0008，0050）。)

Invariant: cn-image-3
Description: "An accession number (type ACSN) is given."
Severity: #warning
Expression: "identifier.type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'ACSN').exists()"
* insert Chinese(应有检查号（类型 ACSN）。)

Invariant: cn-image-4
Description: "A study that is available says how many series and instances it has."
Severity: #error
Expression: "status != 'available' or (numberOfSeries.exists() and numberOfInstances.exists())"
* insert Chinese(影像可用时应有序列数和图像数。)

Invariant: cn-image-5
Description: "Not more series are listed than numberOfSeries says."
Severity: #error
Expression: "numberOfSeries.exists().not() or series.count() <= numberOfSeries"
* insert Chinese(列出的序列不应多于 numberOfSeries。)
