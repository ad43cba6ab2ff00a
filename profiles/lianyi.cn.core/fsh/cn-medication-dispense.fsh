Profile: CnMedicationDispense
Parent: MedicationDispense
Id: cn-medication-dispense
Title: "发药 Medication dispense"
Description: "门诊药房或住院药房的一次发药：处方、药品、数量、调配与发药药师、时间、追溯码、批号（contained 的 Medication.batch）。One dispensing by a pharmacy: prescription, medicine, quantity, pharmacists, time, trace codes, lot (batch of the contained Medication)."
* obeys cn-disp-1 and cn-disp-2 and cn-disp-3
* extension contains
    CnDrugTraceCode named traceCode 0..* and
    CnPrescriptionGroup named prescriptionGroup 0..1 and
    CnDrugSpecification named specification 0..1 and
    CnPrescriptionReview named review 0..*
* status MS
* medication[x] MS
* medicationCodeableConcept obeys cn-med-1
* insert DrugCodings(medicationCodeableConcept)
* subject 1..1 MS
* subject only Reference(Patient)
* performer MS
* performer ^short = "调配、核对、发药药师 pharmacists who prepared, checked and handed over"
* authorizingPrescription MS
* quantity MS
* daysSupply ^short = "用药天数 days of supply"
* whenPrepared ^short = "调配时间 prepared"
* whenHandedOver MS
* whenHandedOver ^short = "发药时间 handed over"
* insert NationalCoding(dosageInstruction.route.coding, urn:oid:2.16.156.10011.2.3.1.158, https://lianyi.cn/fhir/ValueSet/cv06-00-102, required)
* insert NationalCoding(dosageInstruction.timing.code.coding, urn:oid:2.16.156.10011.2.3.1.267, https://lianyi.cn/fhir/ValueSet/cv06-00-228, extensible)

Invariant: cn-disp-1
Description: "What was dispensed has a quantity."
Severity: #error
Expression: "status != 'completed' or quantity.value.exists()"
* insert Chinese(已完成的发药应有数量。)

Invariant: cn-disp-2
Description: "What was dispensed says when it was handed over."
Severity: #warning
Expression: "status != 'completed' or whenHandedOver.exists()"
* insert Chinese(已完成的发药应有发药时间。)

Invariant: cn-disp-3
Description: "A dispensing names the prescription it follows."
Severity: #warning
Expression: "authorizingPrescription.exists()"
* insert Chinese(发药应指明所依据的处方。)
