Profile: CnLocation
Parent: Location
Id: cn-location
Title: "病区、病房、病床与诊室 Location"
Description: "院区、楼、病区、病房、病床、诊室、检查室。上一级写在 partOf：病床 → 病房 → 病区 → 院区；所属科室写在 managingOrganization。Sites, buildings, wards, rooms, beds and consulting rooms. partOf leads from the bed to its room, ward and site; managingOrganization is the department."
* obeys cn-loc-1 and cn-loc-2 and cn-loc-3
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(wardNumber, urn:oid:2.16.156.10011.1.27, 病区编号 ward number)
* insert IdentifierSlice(roomNumber, urn:oid:2.16.156.10011.1.21, 病房号 room number)
* identifier[roomNumber].value obeys cn-loc-4
* insert IdentifierSlice(bedNumber, urn:oid:2.16.156.10011.1.22, 病床号 bed number)
* identifier[bedNumber].value obeys cn-loc-4
* status MS
* operationalStatus ^short = "床位状态（占用、空闲等，v2-0116） whether a bed is free"
* name 1..1 MS
* physicalType 1..1 MS
* physicalType from http://hl7.org/fhir/ValueSet/location-physical-type (extensible)
* insert ChineseAddress
* position obeys cn-loc-5 and cn-loc-6
* position ^short = "经纬度，WGS 84 longitude and latitude, WGS 84"
* managingOrganization MS
* partOf MS

Invariant: cn-loc-1
Description: "A bed is part of a room or a ward."
Severity: #error
Expression: "physicalType.coding.where(system = 'http://terminology.hl7.org/CodeSystem/location-physical-type' and code = 'bd').exists().not() or partOf.exists()"
* insert Chinese(病床应属于（partOf）一个病房或病区。)

Invariant: cn-loc-2
Description: "A ward or a room is part of a larger place, or says whose it is."
Severity: #warning
Expression: "physicalType.coding.where(system = 'http://terminology.hl7.org/CodeSystem/location-physical-type' and (code = 'wa' or code = 'ro')).exists().not() or partOf.exists() or managingOrganization.exists()"
* insert Chinese(病区、病房、诊室应有上一级地点（partOf）或所属机构、科室。)

Invariant: cn-loc-3
Description: "The number of a ward, a room or a bed agrees with the physical type."
Severity: #warning
Expression: "(identifier.where(system = 'urn:oid:2.16.156.10011.1.27').exists().not() or physicalType.coding.where(code = 'wa').exists()) and (identifier.where(system = 'urn:oid:2.16.156.10011.1.21').exists().not() or physicalType.coding.where(code = 'ro').exists()) and (identifier.where(system = 'urn:oid:2.16.156.10011.1.22').exists().not() or physicalType.coding.where(code = 'bd').exists())"
* insert Chinese(病区编号、病房号、病床号应与 physicalType（wa、ro、bd）一致。)

Invariant: cn-loc-4
Description: "The number of a room or a bed has at most 10 characters (DE01.00.019.00, DE01.00.026.00)."
Severity: #warning
Expression: "matches('^.{1,10}$')"
* insert Chinese(病房号、病床号不超过 10 位（DE01.00.019.00、DE01.00.026.00）。)

Invariant: cn-loc-5
Description: "A latitude is between -90 and 90, a longitude between -180 and 180; the two are often interchanged."
Severity: #error
Expression: "latitude + 90 >= 0 and latitude <= 90 and longitude + 180 >= 0 and longitude <= 180"
* insert Chinese(纬度应在 -90 至 90 之间，经度应在 -180 至 180 之间；两者常被写反。)

Invariant: cn-loc-6
Description: "The place is in China (latitude 3 to 54, longitude 73 to 136)."
Severity: #warning
Expression: "latitude >= 3 and latitude <= 54 and longitude >= 73 and longitude <= 136"
* insert Chinese(地点通常在中国境内（纬度 3–54，经度 73–136）。)
