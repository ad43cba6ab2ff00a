/** Random policies, and who asks under them: roles as a policy document has them, and principals as a token's claims make them. */
import type { RoleDocument } from '../../src/access/policy/document.js';
import type { Principal } from '../../src/access/principal.js';
import type { Chance } from './chance.js';
import { institutions, patients, practitioners, sensitiveCodes, type WorldType, worldTypes } from './resources.js';

export interface PolicyOfChance {
  readonly version: 1;
  readonly shared: readonly string[];
  readonly roles: Readonly<Record<string, RoleDocument>>;
}

export interface Asker {
  readonly principal: Principal;
  readonly role: RoleDocument;
  readonly shared: readonly string[];
  readonly mode: 'opt-in' | 'opt-out';
}

/** The end of every token; its day decides on consents and relationships. */
export const expires = Date.parse('2026-06-15T12:00:00Z');

export function makePolicy(chance: Chance, roles: number): PolicyOfChance {
  const shared = ['Organization', 'Practitioner', 'PractitionerRole', ...chance.some(['Group', 'List'], 10)];
  return { version: 1, shared, roles: Object.fromEntries(Array.from({ length: roles }, (_none, at) => [`role-${at}`, makeRole(chance)])) };
}

function makeRole(chance: Chance): RoleDocument {
  const rules = chance.some(['institution', 'unowned', 'relationship', 'compartment'], 60);
  const types = chance.some(worldTypes, 15).map((type) => [type, chance.of(['rs', 'r', 's', 'crus', ''])]);
  return {
    title: { en: 'by chance', zh: '随机' },
    may: { '*': chance.of(['cruds', 'cruds', 'cruds', 'rs']), ...Object.fromEntries(types) },
    sees: chance.happens(35) ? 'all' : rules.length === 0 ? ['institution'] : rules,
    relationship: { days: chance.of([0, 30, 400]) },
    changes: chance.of(['own', 'all']),
    writesAbout: chance.of(['visible', 'anyone']),
    rights: chance.some(['setInstitution', 'chooseIds', 'breakGlass', 'setLabels'], 50),
    clearance: chance.of(['L', 'N', 'N', 'N', 'R', 'R', 'R', 'V', 'V', 'V']),
    permits: chance.happens(30) ? '*' : chance.some(sensitiveCodes, 50),
    consent: chance.of(['applies', 'applies', 'ownExempt', 'named', 'exempt']),
    purposes: chance.of([['TREAT'], ['TREAT', 'HRESCH'], ['PUBHLTH']]),
  };
}

export function makeAsker(chance: Chance, { shared, roles }: PolicyOfChance, mode: Asker['mode'], name: string): Asker {
  const [roleName, role] = chance.of(Object.entries(roles) as [[string, RoleDocument]]);
  const users = [...practitioners.map((id) => `Practitioner/${id}`), 'PractitionerRole/r1', ...patients.map((id) => `Patient/${id}`)];
  const person = chance.maybe(75, () => ({
    account: name,
    ...chance.maybe(80, () => ({ fhirUser: chance.of(users as [string]) })),
    ...chance.maybe(25, () => ({ patients: chance.some(patients, 40) })),
  }));
  const principal: Principal = {
    client: `app-${name}`,
    role: roleName,
    scope: makeScopes(chance, 'account' in person),
    tokenId: name,
    issuer: 'http://127.0.0.1/auth',
    expires,
    ...person,
    ...chance.maybe(75, () => ({ institution: chance.of([...institutions, '*']) })),
    ...chance.maybe(65, () => ({ patient: chance.of(patients) })),
    ...chance.maybe(20, () => ({ encounter: `encounter-${1 + chance.number(7)}` })),
    ...chance.maybe(15, () => ({ emergency: { reason: 'by chance', purpose: 'ETREAT' } })),
  };
  return { principal, role, shared, mode };
}

function makeScopes(chance: Chance, isPerson: boolean): string {
  const context = () => (chance.happens(70) ? (isPerson ? 'user' : 'system') : chance.of(['patient', 'patient', 'user', 'system']));
  const main = chance.happens(80) ? [`${context()}/*.${chance.of(['cruds', 'cruds', 'rs', 'r', 's', 'read'])}`] : [];
  const others = Array.from({ length: chance.number(4) + (main.length === 0 ? 3 : 0) }, () => typeScope(chance, context()));
  return ['openid', ...chance.some(['fhirUser', 'launch/encounter', 'launch/patient'], 40), ...main, ...others].join(' ');
}

function typeScope(chance: Chance, context: string): string {
  const type = chance.of(worldTypes as [WorldType, ...WorldType[]]);
  return `${context}/${type}.${chance.of(['cruds', 'rs', 'rs', 'r', 's', 'cud'])}${narrowed(chance, type)}`;
}

/** Parameters of a granular scope; '' most of the time. */
function narrowed(chance: Chance, type: WorldType): string {
  const by: Partial<Record<WorldType, readonly string[]>> = {
    Observation: ['?code=c1', '?code=c1,c2', '?status=final&code=c2', '?patient=Patient/p1'],
    Condition: ['?code=c3'],
    Encounter: ['?status=finished', '?service-provider=Organization/a'],
    Patient: ['?gender=male', '?_id=p1,p2'],
  };
  const choices = by[type] ?? [];
  return choices.length > 0 && chance.happens(60) ? chance.of(choices as [string]) : '';
}
