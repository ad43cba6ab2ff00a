Profile: CnDiagnosticReportEcg
Parent: DiagnosticReport
Id: cn-diagnostic-report-ecg
Title: "心电图报告 ECG report"
Description: "心电图、动态心电图报告：测量值（心率、PR、QRS、QT 等）为 result，描述写在扩展 findings，诊断写在 conclusion，波形图在 media 或 presentedForm。Report of an ECG or a Holter: measurements are results, the description is in findings, the diagnosis in conclusion, the curve in media or presentedForm."
* insert ReportRules(reportNumber, urn:oid:2.16.156.10011.1.32, 检查报告单编号 number of the report)
* obeys cn-report-5
* extension contains CnReportFindings named findings 0..1
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains ecg 1..1
* category[ecg] = $v2-0074#EC
* result MS
* result ^short = "测量值 measurements"
* media ^short = "心电波形图 the curve"
* conclusion ^short = "心电图诊断 diagnosis"
