Profile: CnObservationVitalSigns
Parent: http://hl7.org/fhir/StructureDefinition/vitalsigns
Id: cn-observation-vital-signs
Title: "生命体征 Vital signs"
Description: "体温、脉率、心率、呼吸、血压、血氧饱和度、身高、体重。遵守 FHIR 生命体征规则：LOINC 代码（院内代码可并存）与 UCUM 单位；体温用 ℃，血压用 mmHg，身高用 cm，体重用 kg 或 g。Temperature, pulse, heart rate, breathing, blood pressure, oxygen saturation, height and weight by FHIR's rules for vital signs: LOINC (a local code may stand beside it) and UCUM, in the units of the national data set."
* obeys cn-vital-1 and cn-vital-2 and cn-vital-3 and cn-vital-4 and cn-vital-5 and cn-vital-6 and cn-vital-7 and cn-vital-8
* code MS
* code obeys cn-coded-1
* insert SlicedBySystem(code.coding)
* code.coding contains loinc 1..*
* code.coding[loinc] from CnVitalSignsVS (extensible)
* code.coding[loinc].system 1..1
* code.coding[loinc].system = "http://loinc.org"
* code.coding[loinc].code 1..1
* performer MS
* value[x] MS
* valueQuantity.value 1..1
* valueQuantity.unit 1..1
* valueQuantity.system 1..1
* valueQuantity.system = "http://unitsofmeasure.org"
* valueQuantity.code 1..1
* method ^short = "测量方法 method"
* bodySite ^short = "测量部位 site, such as axilla"

Invariant: cn-vital-1
Description: "A body temperature (8310-5) is in Cel (DE04.10.186.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and code = '8310-5').exists().not() or value.exists().not() or value.ofType(Quantity).code = 'Cel'"
* insert Chinese(体温（8310-5）的单位应为 Cel（℃，DE04.10.186.00）。)

Invariant: cn-vital-2
Description: "Heart rate, pulse and breathing (8867-4, 8889-8, 9279-1) are in /min (DE04.10.206.00, DE04.10.118.00, DE04.10.081.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and (code = '8867-4' or code = '8889-8' or code = '9279-1')).exists().not() or value.exists().not() or value.ofType(Quantity).code = '/min'"
* insert Chinese(心率、脉率、呼吸（8867-4、8889-8、9279-1）的单位应为 /min（DE04.10.206.00、DE04.10.118.00、DE04.10.081.00）。)

Invariant: cn-vital-3
Description: "An oxygen saturation (2708-6, 59408-5) is in % (DE04.50.149.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and (code = '2708-6' or code = '59408-5')).exists().not() or value.exists().not() or value.ofType(Quantity).code = '%'"
* insert Chinese(血氧饱和度（2708-6、59408-5）的单位应为 %（DE04.50.149.00）。)

Invariant: cn-vital-4
Description: "A height (8302-2) is in cm (DE04.10.167.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and code = '8302-2').exists().not() or value.exists().not() or value.ofType(Quantity).code = 'cm'"
* insert Chinese(身高（8302-2）的单位应为 cm（DE04.10.167.00）。)

Invariant: cn-vital-5
Description: "A weight (29463-7) is in kg, of a newborn also in g (DE04.10.188.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and code = '29463-7').exists().not() or value.exists().not() or value.ofType(Quantity).code = 'kg' or value.ofType(Quantity).code = 'g'"
* insert Chinese(体重（29463-7）的单位应为 kg，新生儿也可用 g（DE04.10.188.00）。)

Invariant: cn-vital-6
Description: "A blood pressure (85354-9) has a systolic (8480-6) and a diastolic part (8462-4), in mm[Hg] and not kPa (DE04.10.174.00, DE04.10.176.00)."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org' and code = '85354-9').exists().not() or (component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).count() = 1 and component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).count() = 1 and component.where(code.coding.where(system = 'http://loinc.org' and (code = '8480-6' or code = '8462-4')).exists()).all(value.exists().not() or value.ofType(Quantity).code = 'mm[Hg]'))"
* insert Chinese(血压（85354-9）应有收缩压（8480-6）和舒张压（8462-4），单位为 mm[Hg] 而非 kPa（DE04.10.174.00、DE04.10.176.00）。)

Invariant: cn-vital-7
Description: "The systolic pressure is above the diastolic."
Severity: #warning
Expression: "component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.ofType(Quantity).exists().not() or component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.ofType(Quantity).exists().not() or component.where(code.coding.where(system = 'http://loinc.org' and code = '8480-6').exists()).value.ofType(Quantity).value.first() > component.where(code.coding.where(system = 'http://loinc.org' and code = '8462-4').exists()).value.ofType(Quantity).value.first()"
* insert Chinese(收缩压应高于舒张压。)

Invariant: cn-vital-8
Description: "A body temperature is usually between 25 and 45 Cel."
Severity: #warning
Expression: "code.coding.where(system = 'http://loinc.org' and code = '8310-5').exists().not() or value.ofType(Quantity).value.exists().not() or (value.ofType(Quantity).value >= 25 and value.ofType(Quantity).value <= 45)"
* insert Chinese(体温通常在 25 至 45 ℃ 之间。)

ValueSet: CnVitalSignsVS
Id: cn-vital-signs
Title: "生命体征项目 Vital signs"
Description: "FHIR 生命体征的 LOINC 代码，加脉率 8889-8 与经皮血氧饱和度 59408-5。LOINC codes of FHIR's vital signs, the pulse and the saturation by pulse oximetry."
* $loinc#85353-1
* $loinc#8310-5
* $loinc#8867-4
* $loinc#8889-8
* $loinc#9279-1
* $loinc#85354-9
* $loinc#2708-6
* $loinc#59408-5
* $loinc#8302-2
* $loinc#29463-7
* $loinc#39156-5
* $loinc#9843-4
