Profile: CnMedication
Parent: Medication
Id: cn-medication
Title: "药品 Medication"
Description: "药品目录中的一个品规，或处方中的中药饮片方。本位码、医保药品代码、批准文号、ATC 与院内码可同时写在 code.coding；剂型用 CV08.50.002，规格为文字。One product of a catalogue, or a formula of herbs. The national standard code, the insurance code, the approval number, ATC and local codes stand side by side in code.coding; the form is of CV08.50.002, the specification a text."
* obeys cn-drug-5
* extension contains CnDrugSpecification named specification 0..1
* code 1..1 MS
* code obeys cn-med-1
* insert DrugCodings(code)
* status MS
* manufacturer MS
* insert NationalCoding(form.coding, urn:oid:2.16.156.10011.2.3.1.211, https://lianyi.cn/fhir/ValueSet/cv08-50-002, extensible)
* ingredient MS
* ingredient.extension contains CnHerbPreparation named preparation 0..*
* batch.lotNumber ^short = "批号 lot"
* batch.expirationDate ^short = "有效期至 expiry"

// The codings by which a medicine is known in China; local ones may stand beside them.
RuleSet: DrugCodings(path)
* insert SlicedBySystem({path}.coding)
* {path}.coding contains standardCode 0..1 and insuranceCode 0..1 and approvalNumber 0..1 and atc 0..1
* {path}.coding[standardCode] ^short = "国家药品编码本位码 national standard code of the medicine"
* {path}.coding[standardCode].system 1..1
* {path}.coding[standardCode].system = "https://lianyi.cn/fhir/CodeSystem/nmpa-drug-code"
* {path}.coding[standardCode].code 1..1
* {path}.coding[standardCode].code obeys cn-drug-1 and cn-drug-2
* {path}.coding[insuranceCode] ^short = "国家医保药品代码 insurance code of the medicine"
* {path}.coding[insuranceCode].system 1..1
* {path}.coding[insuranceCode].system = "https://lianyi.cn/fhir/CodeSystem/nhsa-drug-code"
* {path}.coding[insuranceCode].code 1..1
* {path}.coding[insuranceCode].code obeys cn-drug-3
* {path}.coding[approvalNumber] ^short = "批准文号 approval number"
* {path}.coding[approvalNumber].system 1..1
* {path}.coding[approvalNumber].system = "https://lianyi.cn/fhir/CodeSystem/drug-approval-number"
* {path}.coding[approvalNumber].code 1..1
* {path}.coding[approvalNumber].code obeys cn-drug-4
* {path}.coding[atc] ^short = "解剖学治疗学化学分类 ATC"
* {path}.coding[atc].system 1..1
* {path}.coding[atc].system = "http://www.whocc.no/atc"
* {path}.coding[atc].code 1..1

Invariant: cn-drug-1
Description: "A national standard code of a medicine has 14 digits and begins with 869."
Severity: #error
Expression: "matches('^869[0-9]{11}$')"
* insert Chinese(国家药品编码本位码应为 14 位数字，以 869 开头。)

Invariant: cn-drug-2
Description: "The last digit of a national standard code is its check digit (GTIN-14)."
Severity: #error
Expression: "$this.matches('^[0-9]{14}$').not() or ($this.substring(0,1).toInteger()*3 + $this.substring(1,1).toInteger() + $this.substring(2,1).toInteger()*3 + $this.substring(3,1).toInteger() + $this.substring(4,1).toInteger()*3 + $this.substring(5,1).toInteger() + $this.substring(6,1).toInteger()*3 + $this.substring(7,1).toInteger() + $this.substring(8,1).toInteger()*3 + $this.substring(9,1).toInteger() + $this.substring(10,1).toInteger()*3 + $this.substring(11,1).toInteger() + $this.substring(12,1).toInteger()*3 + $this.substring(13,1).toInteger()) mod 10 = 0"
* insert Chinese(本位码末位应为 GTIN-14 校验码。)

Invariant: cn-drug-3
Description: "An insurance code of a medicine usually has 23 capital letters and digits, X… or Z…."
Severity: #warning
Expression: "matches('^[XZ][A-Z0-9]{22}$')"
* insert Chinese(国家医保药品代码通常为 23 位大写字母和数字，以 X 或 Z 开头。)

Invariant: cn-drug-4
Description: "An approval number is usually 国药准字, one or two letters and 8 digits."
Severity: #warning
Expression: "matches('^国药准字[A-Z]{1,2}[0-9]{8}$')"
* insert Chinese(批准文号通常为“国药准字”加 1～2 位字母和 8 位数字。)

Invariant: cn-drug-5
Description: "The insurance code ends with the manufacturer's digits 4 to 8 of the national standard code."
Severity: #warning
Expression: "code.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-drug-code' and code.matches('^X[A-Z0-9]{22}$')).exists().not() or code.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nmpa-drug-code' and code.matches('^[0-9]{14}$')).exists().not() or code.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nhsa-drug-code').code.first().substring(18, 5) = code.coding.where(system = 'https://lianyi.cn/fhir/CodeSystem/nmpa-drug-code').code.first().substring(3, 5)"
* insert Chinese(医保药品代码末 5 位应与本位码第 4～8 位（生产企业）一致。)

Extension: CnHerbPreparation
Id: cn-herb-preparation
Title: "煎法 Preparation of a herb"
Description: "一味中药饮片的脚注：先煎、后下、包煎、另煎、烊化等。The footnote of one herb: decoct first, add near the end, wrapped, separately, dissolve by heat and so on."
Context: Medication.ingredient
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from https://lianyi.cn/fhir/ValueSet/herb-preparation (extensible)
