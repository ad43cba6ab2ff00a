Profile: CnDiagnosticReportLab
Parent: DiagnosticReport
Id: cn-diagnostic-report-lab
Title: "检验报告 Laboratory report"
Description: "一张检验报告单：报告单编号、申请单、标本、各项结果（Observation）、报告与审核人员；可带互认标识。One laboratory report: its number, the request, specimens, results, author and approver; it may carry the mark of mutual recognition."
* insert ReportRules(reportNumber, urn:oid:2.16.156.10011.1.33, 检验报告单编号 number of the report)
* obeys cn-report-4
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains laboratory 1..1
* category[laboratory] = $v2-0074#LAB
* specimen MS
* result MS
* result ^short = "检验结果 results"

Invariant: cn-report-1
Description: "A report that is final, amended, corrected or appended says when it was issued (DE04.50.133.00)."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or issued.exists()"
* insert Chinese(已发布、已修改的报告应有报告日期（issued，DE04.50.133.00）。)

Invariant: cn-report-2
Description: "Only a report that is issued carries the mark of mutual recognition."
Severity: #warning
Expression: "status = 'final' or status = 'amended' or status = 'corrected' or status = 'appended' or extension.where(url = 'https://lianyi.cn/fhir/StructureDefinition/cn-recognition').exists().not()"
* insert Chinese(只有已发布的报告才标注互认标识。)

Invariant: cn-report-3
Description: "The conclusion has at most 200 characters in the national data set (DE04.50.130.00, DE04.50.132.00); a longer one is kept whole."
Severity: #warning
Expression: "length() <= 200"
* insert Chinese(报告结果、提示在国家数据集中不超过 200 字（DE04.50.130.00、DE04.50.132.00）；更长的照原样保存，不截断。)

Invariant: cn-report-4
Description: "A final laboratory report has results, a conclusion or a document."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or result.exists() or conclusion.exists() or presentedForm.exists()"
* insert Chinese(已发布的检验报告应有结果、结论或报告文件。)

Extension: CnReportNote
Id: cn-report-note
Title: "报告备注 Remark on the report"
Description: "DE06.00.179.00，如“本报告仅对所送标本负责”。Such as that it speaks of the sample received only."
Context: DiagnosticReport
* value[x] 1..1
* value[x] only string
