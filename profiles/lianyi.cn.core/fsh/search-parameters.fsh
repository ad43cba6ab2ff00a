// Search parameters for the extensions of this package, and for what R4 cannot search by: what they say can be searched for.
// Names of people need none: `name` finds them by characters, pinyin and initials.

RuleSet: ExtensionParameter(code, type)
* url = "https://lianyi.cn/fhir/SearchParameter/cn-{code}"
* status = #active
* code = #{code}
* type = #{type}
* xpathUsage = #normal
* multipleOr = true
* multipleAnd = true

Instance: cn-ethnicity
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(ethnicity, token)
* name = "CnEthnicityParameter"
* description = "民族。Ethnic group."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* expression = "Patient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity').value | Practitioner.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity').value | RelatedPerson.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity').value | Person.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity').value"

Instance: cn-national-gender
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(national-gender, token)
* name = "CnNationalGenderParameter"
* description = "国标性别。Sex by GB/T 2261.1."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* expression = "Patient.gender.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-gender').value | Practitioner.gender.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-gender').value | RelatedPerson.gender.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-gender').value | Person.gender.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-gender').value"

Instance: cn-occupation
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(occupation, token)
* name = "CnOccupationParameter"
* description = "职业。Occupation class."
* base[0] = #Patient
* base[1] = #RelatedPerson
* base[2] = #Person
* expression = "Patient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-occupation').value | RelatedPerson.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-occupation').value | Person.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-occupation').value"

Instance: cn-education
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(education, token)
* name = "CnEducationParameter"
* description = "学历。Educational attainment."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* expression = "Patient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-education').value | Practitioner.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-education').value | RelatedPerson.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-education').value | Person.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-education').value"

Instance: cn-workplace
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(workplace, string)
* name = "CnWorkplaceParameter"
* description = "工作单位名称。Name of the workplace."
* base[0] = #Patient
* base[1] = #RelatedPerson
* base[2] = #Person
* expression = "Patient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-workplace').value | RelatedPerson.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-workplace').value | Person.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-workplace').value"

Instance: cn-native-place
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(native-place, string)
* name = "CnNativePlaceParameter"
* description = "籍贯。Native place."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* expression = "Patient.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-native-place').value | Practitioner.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-native-place').value | RelatedPerson.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-native-place').value | Person.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-native-place').value"

Instance: cn-address-type
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(address-type, token)
* name = "CnAddressTypeParameter"
* description = "地址类别。Kind of address."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* base[4] = #Organization
* base[5] = #Location
* expression = "Patient.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value | Practitioner.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value | RelatedPerson.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value | Person.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value | Organization.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value | Location.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-address-type').value"

Instance: cn-address-division
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(address-division, token)
* name = "CnAddressDivisionParameter"
* description = "行政区划代码。Code of the administrative division."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* base[4] = #Organization
* base[5] = #Location
* expression = "Patient.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value | Practitioner.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value | RelatedPerson.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value | Person.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value | Organization.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value | Location.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-division-code').value"

Instance: cn-address-township
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(address-township, string)
* name = "CnAddressTownshipParameter"
* description = "乡（镇、街道办事处）。Township or subdistrict."
* base[0] = #Patient
* base[1] = #Practitioner
* base[2] = #RelatedPerson
* base[3] = #Person
* base[4] = #Organization
* base[5] = #Location
* expression = "Patient.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value | Practitioner.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value | RelatedPerson.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value | Person.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value | Organization.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value | Location.address.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-township').value"

Instance: cn-admission-condition
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(admission-condition, token)
* name = "CnAdmissionConditionParameter"
* description = "入院病情。Condition present on admission."
* base[0] = #Encounter
* expression = "Encounter.diagnosis.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-admission-condition').value"

Instance: cn-admission-count
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(admission-count, number)
* name = "CnAdmissionCountParameter"
* description = "住院次数。Number of the admission."
* base[0] = #Encounter
* expression = "Encounter.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-admission-count').value"

Instance: cn-tcm-use
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(tcm-use, token)
* name = "CnTcmUseParameter"
* description = "中药使用类别。Use of traditional medicine."
* base[0] = #MedicationRequest
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-use').value"

Instance: cn-tcm-doses
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(tcm-doses, number)
* name = "CnTcmDosesParameter"
* description = "中药饮片剂数。Doses of herbal medicine."
* base[0] = #MedicationRequest
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-decoction').extension.where(url='doses').value"

Instance: cn-tcm-method
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(tcm-method, string)
* name = "CnTcmMethodParameter"
* description = "中药煎煮法。Way of decoction."
* base[0] = #MedicationRequest
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-tcm-decoction').extension.where(url='method').value"

Instance: cn-prescription-group
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(prescription-group, token)
* name = "CnPrescriptionGroupParameter"
* description = "处方组号。Group in the prescription."
* base[0] = #MedicationRequest
* base[1] = #MedicationDispense
* base[2] = #MedicationAdministration
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-prescription-group').value | MedicationDispense.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-prescription-group').value | MedicationAdministration.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-prescription-group').value"

Instance: cn-dosage-form
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(dosage-form, token)
* name = "CnDosageFormParameter"
* description = "剂型。Dosage form."
* base[0] = #MedicationRequest
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-dosage-form').value"

Instance: cn-drug-specification
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(drug-specification, string)
* name = "CnDrugSpecificationParameter"
* description = "药品规格。Specification of the drug."
* base[0] = #MedicationRequest
* base[1] = #Medication
* base[2] = #MedicationDispense
* expression = "MedicationRequest.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-specification').value | Medication.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-specification').value | MedicationDispense.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-drug-specification').value"

Instance: cn-recognition-scope
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(recognition-scope, token)
* name = "CnRecognitionScopeParameter"
* description = "互认范围。Scope of mutual recognition."
* base[0] = #Observation
* base[1] = #DiagnosticReport
* expression = "Observation.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-recognition').extension.where(url='scope').value | DiagnosticReport.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-recognition').extension.where(url='scope').value"

Instance: cn-insured-place
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(insured-place, token)
* name = "CnInsuredPlaceParameter"
* description = "参保地。Place of insurance."
* base[0] = #Coverage
* expression = "Coverage.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-insured-place').value"

Instance: cn-subscriber-id
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(subscriber-id, token)
* name = "CnSubscriberIdParameter"
* description = "医保编号。Number in the insurance."
* base[0] = #Coverage
* expression = "Coverage.subscriberId"

Instance: cn-physical-type
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(physical-type, token)
* name = "CnPhysicalTypeParameter"
* description = "地点的形态：病区、病房、病床等。Physical type of a location: ward, room, bed."
* base[0] = #Location
* expression = "Location.physicalType"

Instance: cn-ae-title
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(ae-title, token)
* name = "CnAeTitleParameter"
* description = "DICOM AE title。Name of the DICOM application entity."
* base[0] = #Endpoint
* base[1] = #Device
* expression = "Endpoint.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ae-title').value | Device.extension.where(url='https://lianyi.cn/fhir/StructureDefinition/cn-ae-title').value"

Instance: cn-custodian
InstanceOf: SearchParameter
Usage: #definition
* insert ExtensionParameter(custodian, reference)
* name = "CnCustodianParameter"
* description = "文档的保管机构。Who keeps the document."
* base[0] = #Composition
* target[0] = #Organization
* expression = "Composition.custodian"
