Profile: CnDischargeSummary
Parent: CnComposition
Id: cn-discharge-summary
Title: "出院小结 Discharge summary"
Description: "WS/T 500.53 出院小结（C0053）。通常有住院过程与出院诊断。The discharge summary of WS/T 500.53; the course of the stay and the discharge diagnosis are usually there."
* type.coding[national] 1..1
* type.coding[national].code = #C0053
* obeys cn-discharge-1
* insert SlicedByCode
* insert SectionSlice(complaint, 10154-3, 1, 主诉 chief complaint)
* insert SectionSlice(admissionDiagnosis, 46241-6, *, 入院诊断 admission diagnosis)
* insert SectionSlice(course, 8648-8, 1, 住院过程 course of the stay)
* insert SectionSlice(procedures, 47519-4, *, 手术操作 procedures)
* insert SectionSlice(results, 30954-2, *, 检查检验 results)
* insert SectionSlice(dischargeDiagnosis, 11535-2, *, 出院诊断 discharge diagnosis)
* insert SectionSlice(orders, 46209-3, *, 出院医嘱 orders)

Invariant: cn-discharge-1
Description: "A discharge summary tells the course of the stay (8648-8) and the discharge diagnosis (11535-2)."
Severity: #warning
Expression: "section.code.coding.where(system = 'http://loinc.org' and code = '8648-8').exists() and section.code.coding.where(system = 'http://loinc.org' and code = '11535-2').exists()"
* insert Chinese(出院小结应有住院过程（8648-8）和出院诊断（11535-2）。)
