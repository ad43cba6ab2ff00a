import { describeFinding } from './finding.js';

const own = (id: string, value: object) => ({ url: `https://lianyi.cn/fhir/StructureDefinition/${id}`, ...value });
const coded = (id: string, system: string, code: string) => own(id, { valueCoding: { system, code } });

describeFinding(
  'what the extensions of the Chinese package say',
  [
    {
      resourceType: 'Patient',
      id: 'hui',
      gender: 'unknown',
      _gender: { extension: [coded('cn-gender', 'urn:oid:2.16.156.10011.2.3.3.4', '9')] },
      extension: [
        coded('cn-ethnicity', 'urn:oid:2.16.156.10011.2.3.3.3', '03'),
        coded('cn-occupation', 'urn:oid:o', '31'),
        coded('cn-education', 'urn:oid:e', '20'),
        own('cn-workplace', { valueString: '北京市第一中學' }),
        own('cn-native-place', { valueAddress: { state: '河北省', city: '保定市' } }),
      ],
      address: [
        {
          extension: [
            coded('cn-address-type', 'urn:oid:t', '01'),
            coded('cn-division-code', 'urn:oid:d', '110105'),
            own('cn-township', { valueString: '建外街道' }),
          ],
        },
      ],
    },
    { resourceType: 'Patient', id: 'plain', extension: [{ url: 'urn:other', valueCoding: { code: '03' } }] },
    {
      resourceType: 'Encounter',
      id: 'stay',
      status: 'finished',
      class: { code: 'IMP' },
      extension: [own('cn-admission-count', { valuePositiveInt: 3 })],
      diagnosis: [{ extension: [coded('cn-admission-condition', 's', '1')], condition: { reference: 'Condition/1' } }],
    },
    {
      resourceType: 'MedicationRequest',
      id: 'herbs',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/hui' },
      extension: [
        coded('cn-tcm-use', 's', '2'),
        own('cn-tcm-decoction', {
          extension: [
            { url: 'doses', valuePositiveInt: 7 },
            { url: 'method', valueString: '水煎服' },
          ],
        }),
        own('cn-prescription-group', { valueString: 'A1' }),
        coded('cn-dosage-form', 's', '13'),
        own('cn-drug-specification', { valueString: '0.25g×24片' }),
      ],
    },
    {
      resourceType: 'DiagnosticReport',
      id: 'mutual',
      status: 'final',
      code: {},
      extension: [own('cn-recognition', { extension: [{ url: 'scope', valueCoding: { system: 's', code: 'national' } }] })],
    },
    {
      resourceType: 'Coverage',
      id: 'employee',
      status: 'active',
      subscriberId: '33000012345',
      beneficiary: { reference: 'Patient/hui' },
      payor: [{ display: '医保中心' }],
      extension: [coded('cn-insured-place', 's', '330000')],
    },
    {
      resourceType: 'Location',
      id: 'bed',
      name: '703-2',
      operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'U' },
      physicalType: { coding: [{ system: 's', code: 'bd' }] },
    },
    { resourceType: 'Device', id: 'ct', extension: [own('cn-ae-title', { valueString: 'CT01' })] },
  ],
  [
    ['Patient?ethnicity=03', 'hui'],
    ['Patient?ethnicity=urn:oid:2.16.156.10011.2.3.3.3|03', 'hui'],
    ['Patient?ethnicity=01', ''],
    ['Patient?ethnicity:missing=true', 'plain'],
    ['Patient?national-gender=9', 'hui'],
    ['Patient?occupation=31&education=20', 'hui'],
    ['Patient?workplace=北京市第一中学', 'hui'],
    ['Patient?workplace:contains=一中', 'hui'],
    ['Patient?native-place=河北', 'hui'],
    ['Patient?address-type=01', 'hui'],
    ['Patient?address-division=110105', 'hui'],
    ['Patient?address-township=建外', 'hui'],
    ['Encounter?admission-count=gt2', 'stay'],
    ['Encounter?admission-condition=s|1', 'stay'],
    ['MedicationRequest?tcm-use=2&tcm-doses=7', 'herbs'],
    ['MedicationRequest?tcm-doses=lt7', ''],
    ['MedicationRequest?tcm-method=水煎', 'herbs'],
    ['MedicationRequest?prescription-group=A1', 'herbs'],
    ['MedicationRequest?dosage-form=13', 'herbs'],
    ['MedicationRequest?drug-specification=0.25g', 'herbs'],
    ['MedicationRequest?subject:Patient.ethnicity=03', 'herbs'],
    ['DiagnosticReport?recognition-scope=national', 'mutual'],
    ['Coverage?insured-place=s|330000&subscriber-id=33000012345', 'employee'],
    ['Coverage?subscriber-id=3300001234', ''],
    ['Location?physical-type=bd&operational-status=U', 'bed'],
    ['Device?ae-title=CT01', 'ct'],
  ],
);
