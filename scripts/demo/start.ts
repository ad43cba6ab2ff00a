/**
 * The demo's parts, all in one process and on this machine alone: a server with access on over a store that goes when it ends, made-up people,
 * two accounts, an app, and the workstation that launches it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FhirResource, Patient } from 'fhir/r4.js';
import { parse } from 'yaml';
import { policyText } from '../../src/access/policy/read-policy.js';
import { addAccount } from '../../src/auth/accounts.js';
import { type AddedClient, addClient } from '../../src/auth/clients.js';
import { issuerOf } from '../../src/auth/issuer.js';
import { builtFolder } from '../../src/definitions/built.js';
import { loadDefinitions } from '../../src/definitions/load.js';
import { createServer } from '../../src/server.js';
import { openStore } from '../../src/store/open.js';
import type { ResourceStore } from '../../src/store/port.js';
import { demoBundle, doctor, hospital, patients } from './people.js';
import { openSite } from './site.js';
import type { Listed } from './workstation.js';

export interface DemoOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly appPort: number;
}

export interface Demo {
  /** The FHIR base. */
  readonly fhir: string;
  readonly app: string;
  readonly workstation: string;
  close(): Promise<void>;
}

/** For this machine and this demo alone. */
export const accounts = {
  doctor: {
    name: 'doctor',
    displayName: '王丽华',
    role: 'clinician',
    fhirUser: `Practitioner/${doctor}`,
    institution: hospital,
    password: 'Demo-Doctor-1',
  },
  patient: { name: 'patient', displayName: '张晓梅', role: 'patient', fhirUser: `Patient/${patients.zhang}`, password: 'Demo-Patient-1' },
} as const;

const reading = ['Patient', 'Encounter', 'Observation', 'MedicationRequest'].map((type) => `patient/${type}.rs`);
const scopes = ['openid', 'fhirUser', 'launch', 'launch/patient', 'online_access', ...reading];
const note = (fields: object, text: string) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`);
const logger = { info: () => undefined, warn: note, error: note };

export async function startDemo({ port, appPort }: DemoOptions): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-demo-'));
  const store = await openStore(`sqlite:${join(folder, 'demo.db')}`);
  await fill(store);
  for (const account of Object.values(accounts)) await addAccount(store.states, account);
  const site = await openSite(appPort);
  const app = {
    name: '健康档案浏览',
    kind: 'public',
    redirectUris: [`${site.url}/record.html`],
    launchUri: `${site.url}/launch.html`,
    scopes,
  } as const;
  const rooms = { types: loadDefinitions(builtFolder) };
  const { id: clientId } = await addClient(store.states, app, rooms);
  const workstation = await addClient(store.states, { name: '医生工作站', kind: 'secret', mayLaunch: true }, rooms);
  const server = await createServer({ store, logger, smart: { policyFile: await demoPolicy(folder) } });
  const { url: fhir, close } = await server.listen(port);
  site.connect({ fhir, clientId, patients: listed(), launchFor: (patient) => launch(fhir, workstation, clientId, patient) });
  return {
    fhir,
    app: `${site.url}/`,
    workstation: `${site.url}/ehr`,
    async close() {
      await site.close();
      await close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Before anybody is let in. */
async function fill(store: ResourceStore): Promise<void> {
  const { url, close } = await (await createServer({ store, logger })).listen(0);
  const headers = { 'content-type': 'application/fhir+json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(demoBundle()) });
  await close();
  if (!answer.ok) throw new Error(`The people of the demo could not be stored: HTTP ${answer.status}: ${await answer.text()}`);
}

/** As the policy that comes with the program, but that nobody needs a phone to try it. */
async function demoPolicy(folder: string): Promise<string> {
  const policy = parse(policyText(undefined));
  policy.roles.clinician.secondFactor = false;
  const file = join(folder, 'policy.json');
  await writeFile(file, JSON.stringify(policy));
  return file;
}

/** Whom the doctor's hospital has. */
function listed(): readonly Listed[] {
  const resources = (demoBundle().entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource as FhirResource]));
  const own = ({ meta }: FhirResource) => meta?.tag?.some(({ code }) => code === hospital) ?? false;
  return resources.flatMap((resource) => (resource.resourceType === 'Patient' && own(resource) ? [shown(resource)] : []));
}

function shown({ id = '', name, birthDate = '' }: Patient): Listed {
  return { id, name: name?.[0]?.text ?? id, born: birthDate };
}

/** What a workstation's own server does when the doctor presses the button. Source: SMART App Launch 2.2 (EHR launch) */
async function launch(fhir: string, { id, secret }: AddedClient, app: string, patient: string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const answer = await fetch(`${issuerOf(fhir)}/launch`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: app, account: accounts.doctor.name, patient }),
  });
  if (!answer.ok) throw new Error(`The launch could not be made: HTTP ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { readonly launch: string }).launch;
}
