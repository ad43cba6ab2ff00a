Profile: CnDiagnosticReportImaging
Parent: DiagnosticReport
Id: cn-diagnostic-report-imaging
Title: "检查报告 Imaging report"
Description: "放射、CT、磁共振、超声、核医学、内镜等检查报告：客观所见写在扩展 findings，主观提示写在 conclusion，影像在 imagingStudy；文字不截断。Report of radiography, CT, MR, ultrasound, nuclear medicine or endoscopy: findings in the extension, impression in conclusion, images in imagingStudy; texts are never cut."
* insert ReportRules(reportNumber, urn:oid:2.16.156.10011.1.32, 检查报告单编号 number of the report)
* obeys cn-report-5 and cn-report-6
* extension contains CnReportFindings named findings 0..1
* extension[findings] MS
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains imaging 1..*
* category[imaging] from CnImagingCategoryVS (required)
* imagingStudy MS
* conclusion ^short = "主观提示 impression (DE04.50.132.00)"

Invariant: cn-report-5
Description: "A final report of an examination has findings, a conclusion or a document."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-report-findings').exists() or conclusion.exists() or presentedForm.exists()"
* insert Chinese(已发布的检查报告应有所见、提示或报告文件。)

Invariant: cn-report-6
Description: "A final imaging report has both findings and an impression."
Severity: #warning
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or (extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-report-findings').exists() and conclusion.exists())"
* insert Chinese(已发布的影像报告应既有所见又有提示。)

Invariant: cn-report-7
Description: "The findings have at most 200 characters in the national data set (DE04.50.131.00); longer ones are kept whole."
Severity: #warning
Expression: "length() <= 200"
* insert Chinese(检查所见在国家数据集中不超过 200 字（DE04.50.131.00）；更长的照原样保存，不截断。)

Extension: CnReportFindings
Id: cn-report-findings
Title: "检查所见 Findings"
Description: "检查报告结果-客观所见（DE04.50.131.00，LOINC 18782-3）。What was seen, without judgement."
Context: DiagnosticReport
* value[x] 1..1
* value[x] only string
* valueString obeys cn-report-7

ValueSet: CnImagingCategoryVS
Id: cn-imaging-category
Title: "影像检查类别 Kinds of imaging"
Description: "v2-0074 的影像类别与 DICOM 设备类型（内镜只有后者）。Imaging sections of v2-0074 and DICOM modalities (endoscopy has only the latter)."
* $v2-0074#IMG "Diagnostic Imaging"
* $v2-0074#RAD "Radiology"
* $v2-0074#RX "Radiograph"
* $v2-0074#XRC "Cineradiograph"
* $v2-0074#CT "CAT Scan"
* $v2-0074#NMR "Nuclear Magnetic Resonance"
* $v2-0074#NMS "Nuclear Medicine Scan"
* $v2-0074#RUS "Radiology Ultrasound"
* $v2-0074#OUS "OB Ultrasound"
* $v2-0074#VUS "Vascular Ultrasound"
* $v2-0074#CUS "Cardiac Ultrasound"
* $dcm#CR "Computed Radiography"
* $dcm#DX "Digital Radiography"
* $dcm#MG "Mammography"
* $dcm#CT "Computed Tomography"
* $dcm#MR "Magnetic Resonance"
* $dcm#US "Ultrasound"
* $dcm#NM "Nuclear Medicine"
* $dcm#PT "Positron emission tomography"
* $dcm#XA "X-Ray Angiography"
* $dcm#RF "Radiofluoroscopy"
* $dcm#ES "Endoscopy"
