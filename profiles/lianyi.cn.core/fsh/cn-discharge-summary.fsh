Profile: CnDischargeSummary
Parent: CnComposition
Id: cn-discharge-summary
Title: "出院小结 Discharge summary"
Description: "WS/T 500.53 出院小结（C0053）。住院过程与出院诊断必有。The discharge summary of WS/T 500.53; the course of the stay and the discharge diagnosis are always there."
* type.coding[national] 1..1
* type.coding[national].code = #C0053
* encounter 1..1
* insert SlicedByCode
* insert SectionSlice(complaint, 10154-3, 0, 主诉 chief complaint)
* insert SectionSlice(admissionDiagnosis, 46241-6, 0, 入院诊断 admission diagnosis)
* insert SectionSlice(course, 8648-8, 1, 住院过程 course of the stay)
* insert SectionSlice(procedures, 47519-4, 0, 手术操作 procedures)
* insert SectionSlice(results, 30954-2, 0, 检查检验 results)
* insert SectionSlice(dischargeDiagnosis, 11535-2, 1, 出院诊断 discharge diagnosis)
* insert SectionSlice(orders, 46209-3, 0, 出院医嘱 orders)
