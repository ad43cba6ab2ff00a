/** Choosing and agreeing by the pages, over HTTP, with no script. Source: SMART App Launch 2.2 scopes-and-launch-context.html */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Account, addAccount, lockAccount } from '../../src/auth/accounts.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { appUrl, asks, cheap, type PagesServer, startPages, uid } from './pages-server.js';

const password = 'Mondschein-7';
const patients = [
  { id: 'p1', name: '张三', gender: 'male', birthDate: '1980-01-02', identityNumber: '110101198001020011' },
  { id: 'p2', name: '张三丰', gender: 'female', birthDate: '1990-03-04' },
  ...Array.from({ length: 25 }, (_, at) => ({ id: `w${at}`, name: `王${at}` })),
];
const encounters = [
  { id: 'e1', status: 'finished', kind: '门诊', place: '内科', start: '2026-03-01T08:00:00+08:00', end: '2026-03-01T09:00:00+08:00' },
  { id: 'e2', status: 'in-progress', kind: '住院', start: '2026-04-01' },
];
let server: PagesServer;
let page: string;
let doctor: Account;
let visitor: Visitor;

beforeAll(async () => {
  server = await startPages({ patients, encounters });
  page = `${server.url}/interaction/${uid}`;
  doctor = await addAccount(server.states, { name: '李医生', displayName: '李明', role: 'clinician', password }, { cost: cheap });
});
afterAll(() => server.close());
beforeEach(() => {
  visitor = newVisitor();
  delete server.desk.given;
  delete server.desk.refused;
  delete server.desk.signedIn;
});

/** Each with an id of its own, so that nothing is left of the one before. */
let asked = 0;
async function open(scope: string, more: Parameters<typeof asks>[1] = {}): Promise<VisitedPage> {
  asked++;
  server.desk.asked = asks(scope, { uid: `uid-${asked}`, account: doctor.id, ...more });
  page = `${server.url}/interaction/uid-${asked}`;
  return visitor.visit(page);
}

function boxes({ forms }: VisitedPage, name: string): string[] {
  return forms.flatMap(({ fields }) => fields.filter((field) => field.name === name).map(({ value }) => value));
}

describe('consent', () => {
  test('says who asks, where it goes, who agrees and what for, in plain words', async () => {
    const shown = await open('patient/Observation.rs offline_access openid', {
      launch: { patient: 'p1' },
      client: { id: 'growth', name: '生长曲线', redirectOrigin: 'https://app.example.org', uri: 'https://about.example.org' },
    });
    for (const words of [
      '生长曲线',
      'https://app.example.org',
      'https://about.example.org',
      '李明',
      '张三',
      '男',
      '1980-01-02',
      '110***********0011',
    ]) {
      expect(shown.text).toContain(words);
    }
    expect(shown.text).toContain('在您不使用应用时仍保持访问');
    expect(shown.text).not.toContain('110101198001020011');
  });

  test('gives all that is ticked', async () => {
    const shown = await open('openid fhirUser launch/patient patient/Patient.rs patient/Observation.read offline_access', {
      choosePatient: true,
    });
    const chosen = await visitor.send(await visitor.visit(`${shown.url}?q=张三`), {}, { form: 'token', button: /张三 男/ });
    await visitor.send(chosen, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({
      scopes: ['openid', 'fhirUser', 'patient/Patient.rs', 'patient/Observation.read', 'offline_access', 'launch/patient'],
      patient: 'p1',
    });
  });

  test('narrows by what is unticked, and takes a part where one is ticked', async () => {
    const shown = await open('patient/Patient.rs patient/Observation.cruds patient/Condition.rs offline_access');
    const laboratory = boxes(shown, 'finer').filter((text) => /^patient\/Observation\.(rs$|.*laboratory)/.test(text));
    expect(laboratory).toHaveLength(2);
    await visitor.send(
      shown,
      { scope: ['patient/Patient.rs', 'patient/Observation.cruds'], finer: laboratory },
      { form: 'scope', leaves: appUrl },
    );
    expect(server.desk.given?.scopes).toEqual([
      'patient/Patient.rs',
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    ]);
  });

  test.each([
    ['patient/*.cruds'],
    ['system/Patient.rs'],
    ['patient/Patient.cruds'],
    ['patient/Observation.rs?category=http://x|y'],
    ['user/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'],
    ['launch'],
    ['__btg'],
  ])('a form that asks for %s gives no more than was asked for', async (scope) => {
    const shown = await open('patient/Patient.rs patient/Observation.rs');
    const form = shown.forms.find(({ action }) => action.endsWith('/consent'));
    const extra = [
      { name: 'scope', type: 'hidden', value: scope, checked: true },
      { name: 'finer', type: 'hidden', value: scope, checked: true },
    ];
    const forged = { ...shown, forms: form ? [{ ...form, fields: [...form.fields, ...extra] }] : [] };
    await visitor.send(forged, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given?.scopes).toEqual(['patient/Patient.rs', 'patient/Observation.rs']);
  });

  test('is asked for again where nothing is ticked', async () => {
    const shown = await open('patient/Patient.rs');
    const again = await visitor.send(shown, { scope: [] }, { form: 'scope' });
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('请至少勾选一项权限')]);
    expect(server.desk.given).toBeUndefined();
  });

  test('is refused by a button', async () => {
    await visitor.send(await open('patient/Patient.rs'), {}, { form: 'scope', button: /拒绝/, leaves: appUrl });
    expect([server.desk.refused, server.desk.given]).toEqual([true, undefined]);
  });

  test('says of a wildcard that it covers what comes later', async () => {
    expect((await open('user/*.rs')).text).toContain('今后新增的类型');
  });

  test('is no longer given with an account that was locked meanwhile', async () => {
    const { id, name } = await addAccount(server.states, { name: 'gone', role: 'clinician', password }, { cost: cheap });
    const shown = await open('patient/Patient.rs', { account: id });
    await lockAccount(server.states, name);
    expect((await visitor.send(shown, {}, { form: 'scope' })).status).toBe(403);
    expect(server.desk.given).toBeUndefined();
  });

  test('somebody else may sign in instead', async () => {
    const shown = await open('patient/Patient.rs');
    const other = shown.forms.find(({ action }) => action.endsWith('/other-account'));
    const signIn = await visitor.send({ ...shown, forms: other ? [other] : [] }, {});
    await visitor.send(signIn, { name: '李医生', password }, { leaves: appUrl });
    expect(server.desk.signedIn).toEqual({ account: doctor.id, methods: ['pwd'] });
  });
});

describe('the patient', () => {
  test('is found by what the search finds, and too many and none are told', async () => {
    const start = await open('patient/Patient.rs', { choosePatient: true });
    expect(start.forms[0]?.method).toBe('GET');
    const found = await visitor.send(start, { q: '张' });
    expect(found.text).toMatch(/张三 男，出生日期 1980-01-02，证件号 110\*+0011 .*张三丰 女/);
    expect((await visitor.send(start, { q: '王' })).text).toContain('结果过多');
    expect((await visitor.send(start, { q: '赵' })).text).toContain('未找到');
  });

  test('that the account may not see cannot be chosen', async () => {
    const start = await open('patient/Patient.rs', { choosePatient: true });
    const found = await visitor.visit(`${start.url}?q=张三`);
    const form = found.forms.find(({ action }) => action.endsWith('/patient'));
    for (const value of ['p9', '../p1', '', 'p1/x']) {
      const forged = { ...found, forms: form ? [{ ...form, buttons: [{ name: 'patient', value, text: 'x' }] }] : [] };
      const answered = await visitor.send(forged, {});
      expect([answered.status, answered.text]).toEqual([400, expect.stringContaining('请在列出的患者中选择')]);
    }
  });

  test('of a patient is the patient, who is not asked', async () => {
    const { id } = await addAccount(server.states, { name: '张三', role: 'patient', fhirUser: 'Patient/p1', password }, { cost: cheap });
    const shown = await open('patient/Patient.rs', { choosePatient: true, account: id });
    await visitor.send(shown, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given?.patient).toBe('p1');
  });

  test('of a guardian is one of those they act for', async () => {
    const guardian = { name: 'guardian', role: 'guardian', patients: ['p1', 'p2'], password };
    const { id } = await addAccount(server.states, guardian, { cost: cheap });
    const shown = await open('patient/Patient.rs', { choosePatient: true, account: id });
    expect(shown.forms.every(({ fields }) => fields.every(({ name }) => name !== 'q'))).toBe(true);
    const form = shown.forms.find(({ action }) => action.endsWith('/patient'));
    const forged = { ...shown, forms: form ? [{ ...form, buttons: [{ name: 'patient', value: 'w1', text: 'x' }] }] : [] };
    expect((await visitor.send(forged, {})).status).toBe(400);
    const consent = await visitor.send(shown, {}, { form: 'token', button: /张三丰/ });
    await visitor.send(consent, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given?.patient).toBe('p2');
  });

  test('of a launch is as the launch says, and not to be changed', async () => {
    const shown = await open('launch patient/Patient.rs', { launch: { patient: 'p2', encounter: 'e1' } });
    expect(shown.text).toContain('张三丰');
    expect(shown.text).not.toContain('选择其他患者');
    await visitor.send(shown, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({ scopes: ['patient/Patient.rs', 'launch'] });
  });

  test('an account of a patient without one is told so', async () => {
    const { id } = await addAccount(
      server.states,
      { name: 'related', role: 'guardian', fhirUser: 'RelatedPerson/r1', password },
      { cost: cheap },
    );
    const shown = await open('patient/Patient.rs', { choosePatient: true, account: id });
    expect([shown.status, shown.text]).toEqual([403, expect.stringContaining('尚未关联患者')]);
  });

  test('must be chosen before anything is agreed to', async () => {
    const start = await open('patient/Patient.rs', { choosePatient: true });
    const token = start.forms.flatMap(({ fields }) => fields).find(({ name }) => name === 'token');
    const form = {
      action: `${page}/consent`,
      method: 'POST',
      buttons: [{ name: 'agree', value: 'yes', text: '' }],
      fields: token ? [token] : [],
    };
    const answered = await visitor.send({ ...start, forms: [form] }, {});
    expect([answered.url, server.desk.given]).toEqual([page, undefined]);
  });
});

describe('the visit', () => {
  const scope = 'launch/patient launch/encounter patient/Encounter.rs';
  const launch = { chooseEncounter: true, launch: { patient: 'p1' } };

  test('is chosen of the patient’s', async () => {
    const shown = await open(scope, launch);
    expect(shown.text).toMatch(/门诊 2026-03-01，内科，已结束.*住院 2026-04-01，进行中/);
    const consent = await visitor.send(shown, {}, { form: 'token', button: /住院/ });
    expect(consent.text).toContain('住院');
    await visitor.send(consent, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({ scopes: ['patient/Encounter.rs', 'launch/patient', 'launch/encounter'], encounter: 'e2' });
  });

  test('may be left out: then the scope is too', async () => {
    const shown = await open(scope, launch);
    const none = shown.forms.find(({ fields }) => fields.some(({ name }) => name === 'none'));
    const consent = await visitor.send({ ...shown, forms: none ? [none] : [] }, {});
    await visitor.send(consent, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({ scopes: ['patient/Encounter.rs', 'launch/patient'] });
  });
});

describe('emergency access', () => {
  const scope = 'user/Patient.rs __btg offline_access';

  test('asks what for and why, warns, and gives nothing that stays', async () => {
    const shown = await open(scope, { emergency: true });
    expect(shown.text).toContain('您的每次访问都将记入您名下并接受审查');
    const short = await visitor.send(shown, { purpose: ['ETREAT'], reason: '急' }, { form: 'reason' });
    expect([short.status, short.text]).toEqual([400, expect.stringContaining('请简要说明原因')]);
    expect((await visitor.send(shown, { reason: '昏迷送医，需查过敏史' }, { form: 'reason' })).text).toContain('请选择用途');
    const consent = await visitor.send(shown, { purpose: ['ETREAT'], reason: '昏迷送医，需查过敏史' }, { form: 'reason' });
    expect(boxes(consent, 'scope')).toEqual(['user/Patient.rs']);
    await visitor.send(consent, {}, { form: 'scope', leaves: appUrl });
    const emergency = { purpose: 'ETREAT', reason: '昏迷送医，需查过敏史' };
    expect(server.desk.given).toEqual({ scopes: ['user/Patient.rs', '__btg'], emergency });
  });

  test('may be declined', async () => {
    const shown = await open(scope, { emergency: true });
    const none = shown.forms.find(({ fields }) => fields.some(({ name }) => name === 'none'));
    const consent = await visitor.send({ ...shown, forms: none ? [none] : [] }, {});
    await visitor.send(consent, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({ scopes: ['user/Patient.rs', 'offline_access'] });
  });

  test('is not offered to roles that have none', async () => {
    const { id } = await addAccount(server.states, { name: 'analyst', role: 'analyst', password }, { cost: cheap });
    const shown = await open(scope, { emergency: true, account: id });
    expect(shown.text).not.toContain('紧急访问');
    await visitor.send(shown, {}, { form: 'scope', leaves: appUrl });
    expect(server.desk.given).toEqual({ scopes: ['user/Patient.rs', 'offline_access'] });
  });
});
