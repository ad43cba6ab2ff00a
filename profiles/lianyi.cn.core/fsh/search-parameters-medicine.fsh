// Search parameters for what the profiles of medicines and encounters add.

Instance: cn-herb-preparation
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(herb-preparation, token)
* name = "CnHerbPreparationParameter"
* description = "中药饮片煎法。Preparation of a herb."
* base[0] = #Medication
* expression = "Medication.ingredient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-herb-preparation').value"

Instance: cn-prescription-reviewer
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(prescription-reviewer, reference)
* name = "CnPrescriptionReviewerParameter"
* description = "审方药师。Pharmacist who reviewed the prescription."
* base[0] = #MedicationRequest
* base[1] = #MedicationDispense
* target[0] = #Practitioner
* target[1] = #PractitionerRole
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-prescription-review').extension.where(url='pharmacist').value | MedicationDispense.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-prescription-review').extension.where(url='pharmacist').value"

Instance: cn-decoction-way
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(decoction-way, token)
* name = "CnDecoctionWayParameter"
* description = "中药煎煮与服用方式。Way of preparing and taking a formula."
* base[0] = #MedicationRequest
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-decoction').extension.where(url='way').value"

Instance: cn-first-visit
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(first-visit, token)
* name = "CnFirstVisitParameter"
* description = "初诊标志。Whether it is the first visit."
* base[0] = #Encounter
* expression = "Encounter.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-first-visit').value"
