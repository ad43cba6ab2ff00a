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

export async function startDemo(options: DemoOptions): Promise<Demo> {
  // In the order in which they are closed again.
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closing) await one();
  };
  try {
    return { ...(await start(options, (one) => void closing.unshift(one))), close };
  } catch (error) {
    await close();
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(
          `Port ${(error as { readonly port?: number }).port} is taken: choose others by --port and --app-port; 0 takes a free one.`,
        )
      : error;
  }
}

async function start({ port, appPort }: DemoOptions, onClose: (one: () => Promise<unknown>) => void): Promise<Omit<Demo, 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-demo-'));
  onClose(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore(`sqlite:${join(folder, 'demo.db')}`);
  onClose(() => store.close());
  await fill(store);
  for (const account of Object.values(accounts)) await addAccount(store.states, account);
  const site = await openSite(appPort);
  onClose(() => site.close());
  const { app, workstation } = await register(store, site.url);
  const server = await createServer({ store, logger, audit: { days: 180 }, smart: { policyFile: await demoPolicy(folder) } });
  const { url: fhir, close } = await server.listen(port).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  onClose(close);
  site.connect({ fhir, clientId: app.id, patients: listed(), launchFor: (patient) => launch(fhir, workstation, app.id, patient) });
  return { fhir, app: `${site.url}/`, workstation: `${site.url}/ehr` };
}

async function register(
  { states }: ResourceStore,
  site: string,
): Promise<{ readonly app: AddedClient; readonly workstation: AddedClient }> {
  const rooms = { types: loadDefinitions(builtFolder) };
  const pages = { redirectUris: [`${site}/record.html`], launchUri: `${site}/launch.html` };
  return {
    app: await addClient(states, { name: '健康档案浏览', kind: 'public', ...pages, scopes }, rooms),
    workstation: await addClient(states, { name: '医生工作站', kind: 'secret', mayLaunch: true }, rooms),
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
