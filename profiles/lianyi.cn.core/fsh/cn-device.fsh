Profile: CnDevice
Parent: Device
Id: cn-device
Title: "检查设备 Device"
Description: "影像等检查设备：院内设备编号、医疗器械注册证编号、医疗器械唯一标识（UDI）、设备类型（DICOM）和 AE title。Modalities and other equipment: number in the hospital, registration, UDI, kind (DICOM) and AE title."
* obeys cn-dev-1 and cn-dev-3 and cn-dev-4
* extension contains CnAeTitle named aeTitle 0..1
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(equipmentNumber, https://lianyi.cn/fhir/sid/equipment-number, 设备编号 equipment number)
* identifier[equipmentNumber] MS
* insert IdentifierSlice(registration, https://lianyi.cn/fhir/sid/device-registration, 医疗器械注册证编号 registration of a medical device)
* identifier[registration].value obeys cn-dev-2
* udiCarrier MS
* udiCarrier obeys cn-udi-1
* udiCarrier.deviceIdentifier ^short = "产品标识 UDI-DI"
* status MS
* manufacturer MS
* serialNumber MS
* deviceName MS
* modelNumber MS
* type 1..1 MS
* insert SlicedBySystem(type.coding)
* insert CodingSlice(type.coding, modality, http://dicom.nema.org/resources/ontology/DCM, CnModalityVS, extensible)
* owner MS
* location MS

Invariant: cn-dev-1
Description: "A device can be told from others: it has an identifier, a UDI or a serial number."
Severity: #error
Expression: "identifier.exists() or udiCarrier.exists() or serialNumber.exists()"
* insert Chinese(设备应能与其他设备区分：应有 identifier、UDI 或序列号。)

Invariant: cn-dev-2
Description: "A registration is usually such as 国械注准 and 11 digits, or 械备 and 8 digits."
Severity: #warning
Expression: "matches('^.{1,3}械(注[准进许][0-9]{11}|备[0-9]{8}号?)$')"
* insert Chinese(注册证编号通常形如“国械注准”加 11 位数字，备案号为“械备”加 8 位数字。)

Invariant: cn-dev-3
Description: "A modality (its type is a code of DICOM) names its AE title."
Severity: #warning
Expression: "type.coding.where(system = 'http://dicom.nema.org/resources/ontology/DCM').exists().not() or extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-ae-title').exists()"
* insert Chinese(影像设备（类型为 DICOM 代码）应有 AE title。)

Invariant: cn-dev-4
Description: "The equipment number is unique inside one institution only: name the owner, or the assigner of the number."
Severity: #warning
Expression: "owner.exists() or identifier.where(system = 'https://lianyi.cn/fhir/sid/equipment-number').all(assigner.exists())"
* insert Chinese(设备编号只在一个机构内唯一，应写明 owner 或 assigner。)

Invariant: cn-udi-1
Description: "A device identifier issued by GS1 is a GTIN of 14 digits with its check digit."
Severity: #error
Expression: "issuer.exists().not() or issuer != 'http://hl7.org/fhir/NamingSystem/gs1-di' or deviceIdentifier.exists().not() or (deviceIdentifier.matches('^[0-9]{14}$') and (deviceIdentifier.substring(0,1).toInteger()*3+deviceIdentifier.substring(1,1).toInteger()+deviceIdentifier.substring(2,1).toInteger()*3+deviceIdentifier.substring(3,1).toInteger()+deviceIdentifier.substring(4,1).toInteger()*3+deviceIdentifier.substring(5,1).toInteger()+deviceIdentifier.substring(6,1).toInteger()*3+deviceIdentifier.substring(7,1).toInteger()+deviceIdentifier.substring(8,1).toInteger()*3+deviceIdentifier.substring(9,1).toInteger()+deviceIdentifier.substring(10,1).toInteger()*3+deviceIdentifier.substring(11,1).toInteger()+deviceIdentifier.substring(12,1).toInteger()*3+deviceIdentifier.substring(13,1).toInteger()) mod 10 = 0)"
* insert Chinese(由 GS1 发码的产品标识（UDI-DI）应为 14 位 GTIN，末位为校验码。)

ValueSet: CnModalityVS
Id: cn-modality
Title: "影像设备类型 Modalities"
Description: "常用设备类型的 DICOM 代码。数字化 X 射线摄影是 DX，不是 DR；病理切片扫描是 SM。Codes of DICOM for the usual modalities. Digital radiography is DX, not DR."
* $dcm#CR "Computed Radiography"
* $dcm#CT "Computed Tomography"
* $dcm#DX "Digital Radiography"
* $dcm#ECG "Electrocardiography"
* $dcm#EPS "Cardiac Electrophysiology"
* $dcm#ES "Endoscopy"
* $dcm#GM "General Microscopy"
* $dcm#HD "Hemodynamic Waveform"
* $dcm#IO "Intra-oral Radiography"
* $dcm#IVUS "Intravascular Ultrasound"
* $dcm#MG "Mammography"
* $dcm#MR "Magnetic Resonance"
* $dcm#NM "Nuclear Medicine"
* $dcm#OCT "Optical Coherence Tomography"
* $dcm#OP "Ophthalmic photography"
* $dcm#PT "Positron emission tomography"
* $dcm#PX "Panoramic X-Ray"
* $dcm#RF "Radiofluoroscopy"
* $dcm#SM "Slide Microscopy"
* $dcm#US "Ultrasound"
* $dcm#XA "X-Ray Angiography"
* $dcm#XC "External-camera Photography"
