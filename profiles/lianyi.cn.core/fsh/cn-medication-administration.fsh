Profile: CnMedicationAdministration
Parent: MedicationAdministration
Id: cn-medication-administration
Title: "用药执行 Medication administration"
Description: "一次给药或未给药：医嘱、药品、时间、执行护士、用量与途径；同一组输液以组号相连。One giving of a medicine, or why it was not given: order, medicine, time, nurse, dose and route; the group joins those of one infusion."
* obeys cn-adm-1 and cn-adm-2 and cn-adm-3
* extension contains
    CnPrescriptionGroup named prescriptionGroup 0..1 and
    CnDrugTraceCode named traceCode 0..*
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(orderNumber, urn:oid:2.16.156.10011.1.28, 医嘱号 order number)
* status MS
* statusReason ^short = "未执行原因 why it was not given"
* medication[x] MS
* medicationCodeableConcept obeys cn-med-1
* insert DrugCodings(medicationCodeableConcept)
* subject MS
* subject only Reference(Patient)
* effective[x] MS
* performer MS
* request MS
* dosage MS
* insert NationalCoding(dosage.route.coding, urn:oid:2.16.156.10011.2.3.1.158, https://lianyi.cn/fhir/ValueSet/cv06-00-102, required)

Invariant: cn-adm-1
Description: "A medicine that was not given says why."
Severity: #error
Expression: "status != 'not-done' or statusReason.exists()"
* insert Chinese(未执行的用药应有原因。)

Invariant: cn-adm-2
Description: "A medicine that was given names who gave it."
Severity: #warning
Expression: "status != 'completed' or performer.exists()"
* insert Chinese(已执行的用药应有执行者。)

Invariant: cn-adm-3
Description: "A medicine that was given has its dose."
Severity: #warning
Expression: "status != 'completed' or dosage.dose.exists() or dosage.rate.exists() or dosage.text.exists()"
* insert Chinese(已执行的用药应有用量。)
