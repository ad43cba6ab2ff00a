/**
 * Systems whose numbers belong to one person: those of the package's NamingSystems by both their names. Source: WS 363.2, WS/T 303
 * (profiles/lianyi.cn.core/naming-systems.json)
 */
const oids = ['1.2', '1.3', '1.4', '1.11', '1.12', '1.13', '1.15', '1.19', '2.5.1.4'];
const names = [
  'resident-id-card',
  'hong-kong-macau-permit',
  'taiwan-permit',
  'permanent-resident-card',
  'birth-certificate',
  'health-record',
  'health-card',
  'insurance-card',
  'insurance-person-number',
  'social-security-card',
  'patient-index',
  'outpatient-number',
  'inpatient-number',
  'medical-record',
  'staff-number',
];

export const personSystems: ReadonlySet<string> = new Set([
  ...oids.map((oid) => `urn:oid:2.16.156.10011.${oid}`),
  ...names.map((name) => `https://lianyi.cn/fhir/sid/${name}`),
  'urn:oid:2.16.840.1.113883.2.23.1.19.1',
  'urn:oid:2.16.840.1.113883.2.23.1.19.2',
]);
