Profile: CnEndpoint
Parent: Endpoint
Id: cn-endpoint
Title: "影像取用端点 Endpoint for images"
Description: "影像与文档从哪里取：DICOMweb（WADO-RS、QIDO-RS、STOW-RS）、WADO-URI 或其他。address 是服务根地址，不含 /studies；传统 DICOM 另写 AE title。Where images and documents are fetched: DICOMweb, WADO-URI and others. address is the root of the service, without /studies; the AE title serves classic DICOM."
* obeys cn-end-1 and cn-end-2 and cn-end-3
* extension contains CnAeTitle named aeTitle 0..1
* status MS
* connectionType MS
* name MS
* managingOrganization 1..1 MS
* payloadType MS
* payloadMimeType MS
* address MS

Invariant: cn-end-1
Description: "The address of a DICOMweb service (WADO-RS, QIDO-RS, STOW-RS, WADO-URI) begins with http:// or https://."
Severity: #error
Expression: "connectionType.where(code = 'dicom-wado-rs' or code = 'dicom-qido-rs' or code = 'dicom-stow-rs' or code = 'dicom-wado-uri').exists().not() or address.startsWith('http://') or address.startsWith('https://')"
* insert Chinese(DICOMweb 服务（WADO-RS、QIDO-RS、STOW-RS、WADO-URI）的地址应以 http:// 或 https:// 开头。)

Invariant: cn-end-2
Description: "The address of a DICOMweb service is its root: studies, series and instances are added by whoever asks."
Severity: #warning
Expression: "connectionType.where(code = 'dicom-wado-rs' or code = 'dicom-qido-rs' or code = 'dicom-stow-rs').exists().not() or (address.contains('/studies') or address.contains('/series') or address.contains('/instances')).not()"
* insert Chinese(DICOMweb 服务的地址应为根地址，studies、series、instances 由调用者添加。)

Invariant: cn-end-3
Description: "An endpoint holds no password: a directory is read by many."
Severity: #warning
Expression: "address.matches('^[a-z]+://[^/]*@.*$').not() and header.all(lower().startsWith('authorization').not())"
* insert Chinese(端点中不应有密码或令牌：目录可被许多人读取。)

Extension: CnAeTitle
Id: cn-ae-title
Title: "AE title"
Description: "DICOM 应用实体名称（PS3.5 VR AE）。Name of the DICOM application entity."
Context: Endpoint, Device
* value[x] 1..1
* value[x] only string
* valueString obeys cn-ae-1

Invariant: cn-ae-1
Description: "An AE title has 1 to 16 ASCII characters, not only spaces and no backslash (DICOM PS3.5)."
Severity: #error
Expression: "matches('^[ -~]{1,16}$') and matches('^ *$').not() and contains('\\\\').not()"
* insert Chinese(AE title 应为 1–16 个 ASCII 字符，不得全为空格，不得含反斜杠（DICOM PS3.5）。)
