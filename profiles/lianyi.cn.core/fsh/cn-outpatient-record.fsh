Profile: CnOutpatientRecord
Parent: CnComposition
Id: cn-outpatient-record
Title: "门（急）诊病历 Outpatient record"
Description: "WS/T 500.2 门急诊病历（C0002）。通常有主诉与诊断，诊断未明时写“待查”。The outpatient and emergency record of WS/T 500.2; complaint and diagnosis are usually there, also where the diagnosis is not yet known."
* obeys cn-outpatient-1
* type.coding[national] 1..1
* type.coding[national].code = #C0002
* insert SlicedByCode
* insert SectionSlice(complaint, 10154-3, 1, 主诉 chief complaint)
* insert SectionSlice(presentIllness, 10164-2, 1, 现病史 present illness)
* insert SectionSlice(pastIllness, 11348-0, *, 既往史 past illness)
* insert SectionSlice(allergies, 48765-2, *, 过敏史 allergies)
* insert SectionSlice(examination, 29545-1, *, 体格检查 examination)
* insert SectionSlice(results, 30954-2, *, 检查检验 results)
* insert SectionSlice(diagnosis, 29548-5, *, 诊断 diagnosis)
* insert SectionSlice(plan, 18776-5, *, 治疗计划 plan)
* insert SectionSlice(medicines, 10160-0, *, 用药 medicines)

Invariant: cn-outpatient-1
Description: "An outpatient record tells the complaint (10154-3) and the diagnosis (29548-5)."
Severity: #warning
Expression: "section.code.coding.where(system = 'http://loinc.org' and code = '10154-3').exists() and section.code.coding.where(system = 'http://loinc.org' and code = '29548-5').exists()"
* insert Chinese(门（急）诊病历应有主诉（10154-3）和诊断（29548-5）。)
