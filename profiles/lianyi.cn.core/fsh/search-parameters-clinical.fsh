// Search parameters for what the clinical profiles add.

Instance: cn-condition-outcome
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(condition-outcome, token)
* name = "CnConditionOutcomeParameter"
* description = "病情转归。Outcome of the condition."
* base[0] = #Condition
* expression = "Condition.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-condition-outcome').value"

Instance: cn-tcm-syndrome
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(tcm-syndrome, token)
* name = "CnTcmSyndromeParameter"
* description = "中医证候（代码，或以 :text 按名称）。Syndrome of traditional Chinese medicine, by code or by name with :text."
* base[0] = #Condition
* expression = "Condition.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-syndrome').value"

Instance: cn-tcm-principle
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(tcm-principle, token)
* name = "CnTcmPrincipleParameter"
* description = "治则治法（代码，或以 :text 按名称）。Principle of treatment, by code or by name with :text."
* base[0] = #Condition
* expression = "Condition.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-principle').value"

Instance: cn-surgery-level
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(surgery-level, token)
* name = "CnSurgeryLevelParameter"
* description = "手术级别。Level of the operation."
* base[0] = #Procedure
* base[1] = #ServiceRequest
* expression = "Procedure.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-surgery-level').value | ServiceRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-surgery-level').value"

Instance: cn-anesthesia
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(anesthesia, token)
* name = "CnAnesthesiaParameter"
* description = "麻醉方法。Anaesthesia."
* base[0] = #Procedure
* base[1] = #ServiceRequest
* expression = "Procedure.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-anesthesia').value | ServiceRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-anesthesia').value"

Instance: cn-incision
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(incision, token)
* name = "CnIncisionParameter"
* description = "切口类别、愈合等级或病案首页合并代码。Class of the incision, grade of healing, or the one code for both."
* base[0] = #Procedure
* expression = "Procedure.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-incision').extension.value"

Instance: cn-operation-role
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(operation-role, token)
* name = "CnOperationRoleParameter"
* description = "手术人员职责，如术者。Role in the operation, such as operator."
* base[0] = #Procedure
* expression = "Procedure.performer.function"

Instance: cn-drug-trace-code
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(drug-trace-code, token)
* name = "CnDrugTraceCodeParameter"
* description = "药品追溯码。Trace code of a vaccine or a medicine."
* base[0] = #Immunization
* base[1] = #MedicationDispense
* base[2] = #MedicationAdministration
* expression = "Immunization.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-trace-code').value | MedicationDispense.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-trace-code').value | MedicationAdministration.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-trace-code').value"

Instance: cn-vaccine-programme
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(vaccine-programme, token)
* name = "CnVaccineProgrammeParameter"
* description = "免疫规划或非免疫规划疫苗。Vaccine of the national programme or outside it."
* base[0] = #Immunization
* expression = "Immunization.fundingSource"

Instance: cn-execution-status
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(execution-status, token)
* name = "CnExecutionStatusParameter"
* description = "检验、检查的最新执行状态。The newest state of execution."
* base[0] = #ServiceRequest
* base[1] = #Task
* expression = "ServiceRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-execution-status').last().extension.where(url='status').value | Task.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-execution-status').last().extension.where(url='status').value"
