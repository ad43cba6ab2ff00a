/** What Consents leave of access, over HTTP on both stores. Source: R4 consent.html */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Access } from '../../../src/access/access.js';
import { type ConsentView, consentRestriction } from '../../../src/access/consent/consent-factor.js';
import { labelRestriction } from '../../../src/access/labels.js';
import { createZone } from '../../../src/model/dates.js';
import type { Predicate } from '../../../src/store/port.js';
import { type RunningServer, startServer } from '../../running-server.js';
import { stores } from '../../stores.js';
import type { OpenedStore } from '../../test-store.js';

const institution = 'https://lianyi.cn/fhir/CodeSystem/institution';
const own: Predicate = { kind: 'match', param: '_tag', match: { kind: 'token', values: [{ system: institution, code: 'east' }] } };

const zhang: ConsentView = {
  mode: 'opt-out',
  who: ['Practitioner/zhang', 'Organization/east'],
  purposes: ['TREAT'],
  clearance: { level: 'N', sensitivities: [] },
  now: Date.parse('2026-05-20T12:00:00+08:00'),
  zone: createZone('Asia/Shanghai'),
};

const views: Readonly<Record<string, ConsentView>> = {
  zhang,
  li: { ...zhang, who: ['Practitioner/li', 'Organization/west'] },
  research: { ...zhang, purposes: ['HRESCH'] },
  cleared: { ...zhang, clearance: { level: 'R', sensitivities: ['HIV'] } },
  all: { ...zhang, clearance: { level: 'V', sensitivities: '*' } },
  optIn: { ...zhang, mode: 'opt-in', own },
  clearedOptIn: { ...zhang, mode: 'opt-in', own, clearance: { level: 'R', sensitivities: ['HIV'] } },
  liOptIn: { ...zhang, mode: 'opt-in', own, who: ['Practitioner/li', 'Organization/west'] },
  exempt: { ...zhang, exempt: own },
  guardian: { ...zhang, who: ['RelatedPerson/mother'], namedOnly: true },
  ...ofExamples(),
};

/** Who asks on a day that the Consents of the package's examples are about. */
function ofExamples(): Readonly<Record<string, ConsentView>> {
  const fang = { ...zhang, who: ['Practitioner/fang-min', 'Organization/qinghe-hospital'], now: Date.parse('2026-11-20T12:00:00+08:00') };
  const stranger = { ...fang, who: ['Practitioner/stranger', 'Organization/west'] };
  const mode = { mode: 'opt-in', own } as const;
  return {
    fang,
    stranger,
    fangOptIn: { ...fang, ...mode },
    strangerOptIn: { ...stranger, ...mode },
    strangerInEmergency: { ...stranger, purposes: ['ETREAT'] },
    fangInResearch: { ...fang, ...mode, purposes: ['HRESCH'] },
  };
}

const patientsOf: Readonly<Record<string, readonly string[]>> = { Observation: ['subject'], Condition: ['subject'] };

function accessOf(name: string | undefined): Access {
  const view = views[name ?? ''];
  if (view === undefined) return { restriction: () => ({ kind: 'all', of: [] }) };
  return {
    restriction: (act, type) => ({
      kind: 'all',
      of: [labelRestriction(view.clearance), consentRestriction(view, act, type, patientsOf[type] ?? [])],
    }),
  };
}

const act = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code }] });
const to = (reference: string, role = 'PRCP') => ({
  role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: role }] },
  reference: { reference },
});
const label = (code: string, system = 'v3-Confidentiality') => ({ system: `http://terminology.hl7.org/CodeSystem/${system}`, code });
const hiv = label('HIV', 'v3-ActCode');
const purpose = (code: string) => label(code, 'v3-ActReason');
const ofType = (code: string) => ({ system: 'http://hl7.org/fhir/resource-types', code });
const loinc = { coding: [{ system: 'http://loinc.org', code: '8480-6' }] };
const past = { start: '2020-01-01', end: '2026-05-19' };
const present = { start: '2026-05-20', end: '2026-05-20' };
const future = { start: '2026-05-21' };

interface Consent {
  readonly rule?: string;
  readonly status?: string;
  readonly scope?: string;
  readonly provision?: object;
}

/** P: the Patient, N: an Observation, R: one labelled R, H: one labelled HIV, C: a Condition, O: an Observation of the own institution. */
type Row = readonly [sentence: string, consents: readonly Consent[], seen: Readonly<Record<string, string>>];

const deny = (conditions: object) => ({ provision: [{ type: 'deny', ...conditions }] });
const permit = (conditions: object) => ({ provision: [{ type: 'permit', ...conditions }] });

/** What an example of the package's profile of Consent says. */
function example(name: string): Consent {
  const path = `profiles/lianyi.cn.core/examples/cn-consent/${name}.json`;
  const { policyRule, status, scope, provision } = JSON.parse(readFileSync(path, 'utf8'));
  return { rule: policyRule?.coding?.[0].code, status, scope: scope.coding[0].code, provision };
}

const table: readonly Row[] = [
  ['without a Consent the policy holds', [], { zhang: 'CNOP', cleared: 'CHNOPR', optIn: 'O' }],
  ['opting out denies all, whoever asks', [{ rule: 'OPTOUT' }], { zhang: '', cleared: '', all: '', exempt: 'O', guardian: 'CNOP' }],
  ['a Consent that is not active says nothing', [{ rule: 'OPTOUT', status: 'inactive' }], { zhang: 'CNOP', optIn: 'O' }],
  ['nor one that is not about privacy', [{ rule: 'OPTOUT', scope: 'treatment' }], { zhang: 'CNOP' }],
  ['opting in denies nothing, and permits', [{ rule: 'OPTIN' }], { zhang: 'CNOP', optIn: 'CNOP', clearedOptIn: 'CHNOPR' }],
  [
    'its root may deny one organization',
    [{ rule: 'OPTIN', provision: { type: 'deny', actor: [to('Organization/east')] } }],
    { zhang: '', li: 'CNOP' },
  ],
  ['or permit one', [{ rule: 'OPTIN', provision: { actor: [to('Organization/east')] } }], { optIn: 'CNOP', liOptIn: 'O', li: 'CNOP' }],
  [
    'an exception takes from what is permitted',
    [{ rule: 'OPTIN', provision: deny({ actor: [to('Practitioner/zhang')] }) }],
    { zhang: '', li: 'CNOP', optIn: '' },
  ],
  [
    'an exception gives back of what is denied',
    [{ rule: 'OPTOUT', provision: permit({ actor: [to('Practitioner/zhang')] }) }],
    { zhang: 'CNOP', li: '', optIn: 'CNOP' },
  ],
  [
    'a denial wins over a permit beside it',
    [
      {
        rule: 'OPTOUT',
        provision: {
          provision: [
            { type: 'permit', actor: [to('Organization/east')] },
            { type: 'deny', actor: [to('Practitioner/zhang')] },
          ],
        },
      },
    ],
    { zhang: '' },
  ],
  ['and that of one Consent over the permit of another', [{ rule: 'OPTIN' }, { rule: 'OPTOUT' }], { zhang: '', optIn: '' }],
  [
    'an exception without a type is a denial',
    [{ rule: 'OPTIN', provision: { provision: [{ actor: [to('Organization/east')] }] } }],
    { zhang: '', li: 'CNOP' },
  ],
  [
    'an exception holds within the rule that it is one of',
    [{ rule: 'OPTIN', provision: { actor: [to('Organization/west')], ...deny({}) } }],
    { zhang: 'CNOP', li: '' },
  ],
  [
    'what permits only exceptions permits those',
    [{ rule: 'OPTIN', provision: permit({ class: [ofType('Condition')] }) }],
    { optIn: 'CO', zhang: 'CNOP' },
  ],
  ['a class is a type of resources', [{ rule: 'OPTIN', provision: deny({ class: [ofType('Observation')] }) }], { zhang: 'CP' }],
  [
    'an action is reading or writing',
    [
      { rule: 'OPTIN', provision: deny({ action: [act('correct')] }) },
      { rule: 'OPTIN', provision: deny({ action: [act('collect')] }) },
    ],
    { zhang: 'CNOP' },
  ],
  ['to disclose is to let read', [{ rule: 'OPTIN', provision: deny({ action: [act('disclose')] }) }], { zhang: '' }],
  [
    'a purpose is that of who asks',
    [{ rule: 'OPTIN', provision: deny({ purpose: [purpose('HRESCH')] }) }],
    { zhang: 'CNOP', research: '' },
  ],
  [
    'a label is that of the resource',
    [{ rule: 'OPTIN', provision: deny({ securityLabel: [hiv] }) }],
    { zhang: 'CNOP', cleared: 'CNOPR', clearedOptIn: 'CNOPR' },
  ],
  ['whoever sees all labels is denied all by one of them', [{ rule: 'OPTIN', provision: deny({ securityLabel: [hiv] }) }], { all: '' }],
  ['N is N or lower', [{ rule: 'OPTIN', provision: deny({ securityLabel: [label('N')] }) }], { zhang: '', cleared: 'R' }],
  ['R is R or lower', [{ rule: 'OPTIN', provision: deny({ securityLabel: [label('R')] }) }], { zhang: '', cleared: '' }],
  [
    'a label may be given back',
    [{ rule: 'OPTOUT', provision: permit({ securityLabel: [label('N')] }) }],
    { zhang: 'CNOP', cleared: 'CHNOP', clearedOptIn: 'CHNOP' },
  ],
  [
    'a sensitive one too',
    [{ rule: 'OPTOUT', provision: permit({ securityLabel: [hiv] }) }],
    { zhang: '', cleared: 'H', clearedOptIn: 'H' },
  ],
  [
    'a Consent holds in its period',
    [
      { rule: 'OPTOUT', provision: { period: present } },
      { rule: 'OPTOUT', provision: { period: past } },
    ],
    { zhang: '' },
  ],
  [
    'not before and not after',
    [
      { rule: 'OPTOUT', provision: { period: past } },
      { rule: 'OPTOUT', provision: { period: future } },
    ],
    { zhang: 'CNOP' },
  ],
  [
    'nor does its permit',
    [
      { rule: 'OPTIN', provision: { period: past } },
      { rule: 'OPTIN', provision: { period: future } },
    ],
    { optIn: 'O' },
  ],
  [
    'an exception has its own',
    [{ rule: 'OPTOUT', provision: permit({ period: present, actor: [to('Organization/east')] }) }],
    { zhang: 'CNOP', li: '' },
  ],
  [
    'outside of which it is none',
    [
      { rule: 'OPTOUT', provision: permit({ period: past }) },
      { rule: 'OPTIN', provision: deny({ period: future }) },
    ],
    { zhang: '' },
  ],
  ['a denial for times to come denies nothing yet', [{ rule: 'OPTIN', provision: deny({ period: future }) }], { zhang: 'CNOP' }],
  [
    'a part of the day is all of it where it denies',
    [{ rule: 'OPTIN', provision: deny({ period: { start: '2026-05-20T22:00:00+08:00' } }) }],
    { zhang: '' },
  ],
  [
    'and nothing of it where it permits',
    [{ rule: 'OPTIN', provision: { period: { start: '2026-05-20T02:00:00+08:00' } } }],
    { optIn: 'O' },
  ],
  ['a code cannot be told apart: the denial holds whole', [{ rule: 'OPTIN', provision: deny({ code: [loinc] }) }], { zhang: '' }],
  ['and the permit does not hold', [{ rule: 'OPTOUT', provision: permit({ code: [loinc] }) }], { zhang: '', optIn: '' }],
  [
    'nor can the time of the data',
    [
      { rule: 'OPTIN', provision: deny({ dataPeriod: past }) },
      { rule: 'OPTOUT', provision: permit({ dataPeriod: past }) },
    ],
    { zhang: '' },
  ],
  ['nor a purpose of another system, or words', [{ rule: 'OPTOUT', provision: permit({ action: [{ text: '查阅' }] }) }], { zhang: '' }],
  ['nor the members of a team', [{ rule: 'OPTIN', provision: deny({ actor: [to('CareTeam/1')] }) }], { zhang: '' }],
  ['nor where data come from', [{ rule: 'OPTIN', provision: deny({ actor: [to('Organization/north', 'CST')] }) }], { zhang: '' }],
  [
    'a permit for what comes from somewhere is none for all',
    [{ rule: 'OPTOUT', provision: permit({ actor: [to('Organization/north', 'AUT'), to('Organization/east')] }) }],
    { zhang: '' },
  ],
  [
    'a permit with an exception of its own is none',
    [{ rule: 'OPTOUT', provision: permit({ provision: [{ type: 'deny' }] }) }],
    { zhang: '' },
  ],
  [
    'a rule that nobody knows leaves what it excepts',
    [{ provision: deny({ actor: [to('Organization/east')] }) }],
    { zhang: '', li: 'CNOP', liOptIn: 'O' },
  ],
  [
    'a guardian is denied by name alone',
    [{ rule: 'OPTIN', provision: deny({ actor: [to('RelatedPerson/mother')] }) }],
    { guardian: '', zhang: 'CNOP' },
  ],
  [
    'a single resource may be withheld',
    [{ rule: 'OPTIN', provision: deny({ data: [{ meaning: 'instance', reference: { reference: 'Observation/N$' } }] }) }],
    { zhang: 'COP', optIn: 'COP' },
  ],
  [
    'what has more combinations than can be told apart is denied whole',
    [
      {
        rule: 'OPTIN',
        provision: deny({
          actor: Array.from({ length: 40 }, (_, at) => to(`Practitioner/other-${at}`)),
          class: ['Account', 'Appointment', 'CarePlan', 'CareTeam', 'Claim', 'Condition', 'Consent', 'Coverage', 'Device', 'Flag'].map(
            ofType,
          ),
        }),
      },
    ],
    { zhang: '', li: '' },
  ],
  [
    'what is related to one cannot',
    [{ rule: 'OPTIN', provision: deny({ data: [{ meaning: 'related', reference: { reference: 'Observation/N$' } }] }) }],
    { zhang: '' },
  ],
  [
    'the example of the package that consents to sharing permits whom it names to treat',
    [example('valid-sharing-opt-in')],
    { fangOptIn: 'CNOP', fangInResearch: 'O', strangerOptIn: 'O', stranger: 'CNOP' },
  ],
  [
    'that of a guardian who does not leaves one physician, and emergencies',
    [example('valid-opt-out-by-guardian')],
    { fang: 'CNOP', stranger: '', strangerInEmergency: 'CNOP' },
  ],
  [
    'those of an operation and of one that was withdrawn concern nobody’s access',
    [example('valid-operation'), example('valid-research-withdrawn')],
    { fangOptIn: 'O', stranger: 'CNOP' },
  ],
  ['what the profile warns of permits nobody', [example('valid-beyond-judgement')], { fang: '', stranger: '' }],
  ['what it refuses says nothing', [example('invalid-says-nothing')], { fangOptIn: 'O', stranger: 'CNOP' }],
];

const put = (resource: { readonly resourceType: string; readonly id: string }) => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
});

/** `$` stands for the number of the row. */
function recordOf(row: number, consents: readonly Consent[]) {
  const tag = { system: 'urn:row', code: String(row) };
  const subject = { reference: `Patient/P${row}` };
  const about = (id: string, security: readonly object[] = [], tags: readonly object[] = []) => ({
    resourceType: 'Observation',
    id: `${id}${row}`,
    meta: { tag: [tag, ...tags], ...(security.length > 0 && { security }) },
    status: 'final',
    code: loinc,
    subject,
  });
  const resources = [
    { resourceType: 'Patient', id: `P${row}`, meta: { tag: [tag] } },
    { resourceType: 'Condition', id: `C${row}`, meta: { tag: [tag] }, subject },
    about('N'),
    about('R', [label('R')]),
    about('H', [hiv]),
    about('O', [], [{ system: institution, code: 'east' }]),
    ...consents.map(({ rule, status = 'active', scope = 'patient-privacy', provision }, at) => ({
      resourceType: 'Consent',
      id: `K${row}-${at}`,
      status,
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: scope }] },
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      patient: subject,
      ...(rule === undefined
        ? { policy: [{ uri: 'https://example.org/policy' }] }
        : { policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: rule }] } }),
      ...(provision && { provision: JSON.parse(JSON.stringify(provision).replaceAll('$', String(row))) }),
    })),
  ];
  return resources.map(put);
}

/** The whole table where it is quick: the other store does the same with the same predicates. */
const rows = table.map(([sentence, , seen], row) => [sentence, row, seen] as const);

describe.each(stores)('on $name', ({ name, open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store, accessOf: (req) => accessOf(req.headers['x-view']?.toString()) });
    const entry = table.flatMap(([, consents], row) => recordOf(row, consents));
    const loaded = await server.ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
    if (loaded.status !== 200) throw new Error(loaded.text.slice(0, 2000));
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test.each(rows.filter(([, row]) => name === 'SQLite' || row % 4 === 1))('%s', async (_, row, seen) => {
    for (const [view, expected] of Object.entries(seen)) {
      const { status, body, text } = await server.ask('GET', `/?_type=Patient,Condition,Observation&_tag=urn:row|${row}`, undefined, {
        'x-view': view,
      });
      if (status !== 200) throw new Error(text);
      const ids = (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id.charAt(0));
      expect([view, ids.sort().join(''), body.total]).toEqual([view, expected, expected.length]);
    }
  });
});
