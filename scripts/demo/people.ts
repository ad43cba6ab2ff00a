/**
 * Made-up people for the demo: two institutions, their doctors, four patients with visits, values of the laboratory and prescriptions, by the
 * profiles of lianyi.cn.core. No number is anybody's: identity numbers begin with 110000, which stands for no district.
 */
import type {
  Bundle,
  CodeableConcept,
  Encounter,
  FhirResource,
  MedicationRequest,
  Observation,
  Organization,
  Patient,
  Practitioner,
} from 'fhir/r4.js';

const profile = (name: string) => `https://lianyi.cn/fhir/StructureDefinition/${name}`;
const institutionTag = 'https://lianyi.cn/fhir/CodeSystem/institution';
const local = 'https://hospital.example.org';

export const hospital = 'hospital-1';
export const clinic = 'clinic-2';
export const doctor = 'wang-lihua';
export const clinicDoctor = 'chen-zhiqiang';
export const patients = { zhang: 'zhang-xiaomei', li: 'li-jianguo', zhao: 'zhao-yutong', ouyang: 'ouyang-ming' } as const;

/** All of them, to be stored at once and under their own ids: as often as one likes. */
export function demoBundle(): Bundle {
  const resources: readonly FhirResource[] = [
    organization(hospital, '示例市第一人民医院', 'A100', '综合医院'),
    organization(clinic, '示例市城东社区卫生服务中心', 'B100', '社区卫生服务中心'),
    practitioner(doctor, '王丽华', 'female', 'D01234', hospital),
    practitioner(clinicDoctor, '陈志强', 'male', 'S00567', clinic),
    ...recordOf(patients.zhang, '张晓梅', 'female', '1968-05-12', 122, hospital, [
      visit('2026-03-08', 'A03.07', '内分泌专业', [
        lab('2345-7', '空腹血糖', 7.9, 'mmol/L', [3.9, 6.1]),
        lab('4548-4', '糖化血红蛋白', 7.4, '%', [4, 6]),
        drug('盐酸二甲双胍片', '0.5g×20片', '每日 2 次，每次 1 片，口服'),
      ]),
      visit('2026-09-14', 'A03.07', '内分泌专业', [
        lab('2345-7', '空腹血糖', 6.3, 'mmol/L', [3.9, 6.1]),
        lab('4548-4', '糖化血红蛋白', 6.5, '%', [4, 6]),
        lab('2160-0', '肌酐', 61, 'umol/L', [41, 73]),
        drug('盐酸二甲双胍片', '0.5g×20片', '每日 2 次，每次 1 片，口服'),
        drug('阿托伐他汀钙片', '20mg×7片', '每晚 1 次，每次 1 片，口服'),
      ]),
    ]),
    ...recordOf(patients.li, '李建国', 'male', '1955-10-01', 331, hospital, [
      visit('2026-10-20', 'A03.04', '心血管内科专业', [
        lab('2823-3', '钾', 3.4, 'mmol/L', [3.5, 5.3]),
        lab('2160-0', '肌酐', 96, 'umol/L', [57, 97]),
        drug('苯磺酸氨氯地平片', '5mg×28片', '每日 1 次，每次 1 片，口服'),
      ]),
    ]),
    ...recordOf(patients.zhao, '赵雨桐', 'female', '2018-06-20', 208, hospital, [
      visit('2026-11-02', 'A07', '儿科', [
        lab('6690-2', '白细胞计数', 12.6, '10*9/L', [4.3, 11.3]),
        lab('1988-5', 'C 反应蛋白', 18, 'mg/L', [0, 8]),
        drug('阿莫西林颗粒', '0.125g×12袋', '每日 3 次，每次 2 袋，口服，连用 5 天'),
      ]),
    ]),
    ...recordOf(patients.ouyang, '欧阳明', 'male', '1990-03-07', 417, clinic, [
      visit('2026-11-10', 'A02', '全科医疗科', [
        lab('3084-1', '尿酸', 468, 'umol/L', [208, 428]),
        drug('布洛芬缓释胶囊', '0.3g×20粒', '疼痛时服，每次 1 粒，每日不超过 2 次'),
      ]),
    ]),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
  };
}

interface Place {
  readonly id: string;
  readonly patient: string;
  readonly name: string;
  readonly institution: string;
  readonly encounter: string;
  readonly date: string;
}

type Made = (place: Place) => FhirResource;

interface Visit {
  readonly date: string;
  readonly department: CodeableConcept;
  readonly made: readonly Made[];
}

function visit(date: string, code: string, display: string, made: readonly Made[]): Visit {
  return { date, department: coded('urn:oid:2.16.156.10011.2.3.2.62', code, display), made };
}

function recordOf(
  id: string,
  name: string,
  gender: 'male' | 'female',
  birthDate: string,
  serial: number,
  institution: string,
  visits: readonly Visit[],
): readonly FhirResource[] {
  const family = name.startsWith('欧阳') ? '欧阳' : name.slice(0, 1);
  const person: Patient = {
    resourceType: 'Patient',
    id,
    meta: metaOf('cn-patient', institution),
    language: 'zh-CN',
    identifier: [{ use: 'official', system: 'urn:oid:2.16.156.10011.1.3', value: identityNumber(birthDate, serial) }],
    active: true,
    name: [{ use: 'official', text: name, family, given: [name.slice(family.length)] }],
    telecom: [{ system: 'phone', use: 'mobile', value: `1390000${String(serial).padStart(4, '0')}` }],
    gender,
    birthDate,
    managingOrganization: { reference: `Organization/${institution}` },
  };
  const stays = visits.flatMap(({ date, department, made }, at) => {
    const encounter = `${id}-${at + 1}`;
    const place = { patient: id, name, institution, encounter, date };
    return [encounterOf(place, department), ...made.map((make, number) => make({ ...place, id: `${encounter}-${number + 1}` }))];
  });
  return [person, ...stays];
}

function encounterOf({ patient, name, institution, encounter, date }: Omit<Place, 'id'>, department: CodeableConcept): Encounter {
  return {
    resourceType: 'Encounter',
    id: encounter,
    meta: metaOf('cn-encounter', institution),
    language: 'zh-CN',
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.11', value: `MZ${date.replaceAll('-', '')}${encounter.at(-1)}` }],
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: '门诊' },
    type: [coded('urn:oid:2.16.156.10011.2.3.1.271', '1', '门诊')],
    serviceType: department,
    subject: { reference: `Patient/${patient}`, display: name },
    participant: [{ individual: doctorOf(institution) }],
    period: { start: `${date}T08:30:00+08:00`, end: `${date}T09:10:00+08:00` },
    serviceProvider: institutionOf(institution),
  };
}

function lab(code: string, text: string, value: number, unit: string, [low, high]: readonly [number, number]): Made {
  return ({ id, patient, name, institution, encounter, date }): Observation => {
    const quantity = (number: number) => ({ value: number, unit: shownUnit(unit), system: 'http://unitsofmeasure.org', code: unit });
    const flag =
      value > high
        ? ({ code: 'H', text: '偏高' } as const)
        : value < low
          ? ({ code: 'L', text: '偏低' } as const)
          : ({ code: 'N', text: '正常' } as const);
    return {
      resourceType: 'Observation',
      id,
      meta: metaOf('cn-observation-lab', institution),
      language: 'zh-CN',
      identifier: [{ system: 'urn:oid:2.16.156.10011.1.33', value: `JY-${id}` }],
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
      code: {
        coding: [
          { system: 'http://loinc.org', code },
          { system: `${local}/lab-items`, code, display: text },
        ],
        text,
      },
      subject: { reference: `Patient/${patient}`, display: name },
      encounter: { reference: `Encounter/${encounter}` },
      effectiveDateTime: `${date}T08:50:00+08:00`,
      issued: `${date}T10:20:00+08:00`,
      performer: [institutionOf(institution)],
      valueQuantity: quantity(value),
      interpretation: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: flag.code }], text: flag.text },
      ],
      specimen: { display: '静脉血' },
      referenceRange: [{ low: quantity(low), high: quantity(high), text: `${low}–${high}` }],
    };
  };
}

function drug(text: string, specification: string, dosage: string): Made {
  return ({ id, patient, name, institution, encounter, date }): MedicationRequest => ({
    resourceType: 'MedicationRequest',
    id,
    meta: metaOf('cn-medication-request', institution),
    language: 'zh-CN',
    extension: [{ url: profile('cn-drug-specification'), valueString: specification }],
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.28', value: `YZ-${id}` }],
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text },
    subject: { reference: `Patient/${patient}`, display: name },
    encounter: { reference: `Encounter/${encounter}` },
    authoredOn: `${date}T09:05:00+08:00`,
    requester: doctorOf(institution),
    groupIdentifier: { system: 'urn:oid:2.16.156.10011.1.20', value: `CF-${encounter}` },
    dosageInstruction: [{ text: dosage, route: coded('urn:oid:2.16.156.10011.2.3.1.158', '1', '口服') }],
  });
}

function organization(id: string, name: string, kind: string, display: string): Organization {
  return {
    resourceType: 'Organization',
    id,
    meta: metaOf('cn-organization', id),
    language: 'zh-CN',
    identifier: [{ system: `${local}/organizations`, value: id }],
    active: true,
    type: [coded('https://lianyi.cn/fhir/CodeSystem/ws-218', kind, display)],
    name,
  };
}

function practitioner(id: string, name: string, gender: 'male' | 'female', number: string, institution: string): Practitioner {
  return {
    resourceType: 'Practitioner',
    id,
    meta: metaOf('cn-practitioner', institution),
    language: 'zh-CN',
    identifier: [{ use: 'official', system: 'urn:oid:2.16.156.10011.1.4', value: number, assigner: institutionOf(institution) }],
    active: true,
    name: [{ use: 'official', text: name, family: name.slice(0, 1), given: [name.slice(1)] }],
    gender,
  };
}

const names: Readonly<Record<string, string>> = {
  [hospital]: '示例市第一人民医院',
  [clinic]: '示例市城东社区卫生服务中心',
};

function institutionOf(id: string) {
  return { reference: `Organization/${id}`, display: names[id] ?? id };
}

function doctorOf(institution: string) {
  return institution === hospital
    ? { reference: `Practitioner/${doctor}`, display: '王丽华' }
    : { reference: `Practitioner/${clinicDoctor}`, display: '陈志强' };
}

function metaOf(name: string, institution: string) {
  return { profile: [profile(name)], tag: [{ system: institutionTag, code: institution }] };
}

function coded(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system, code, display }], text: display };
}

/** As people write it. */
function shownUnit(code: string): string {
  return code.replace('umol', 'μmol').replace('10*9', '×10⁹');
}

/** Source: GB 11643-1999 (the check digit: ISO 7064 MOD 11-2) */
function identityNumber(birthDate: string, serial: number): string {
  const digits = `110000${birthDate.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  const weighted = [...digits].reduce((sum, digit, at) => sum + Number(digit) * (2 ** (17 - at) % 11), 0);
  return `${digits}${'10X98765432'[weighted % 11]}`;
}
