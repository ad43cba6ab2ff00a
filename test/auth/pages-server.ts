/** The pages over HTTP on a store of their own, with a clock that is set by hand and an authorization that is asked for by the test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseScopes, type ScopeTypes } from '../../src/access/scopes.js';
import type { SecurityEvent } from '../../src/audit/event.js';
import type { Asked, Given, GrantShown, Interactions, SignedIn } from '../../src/auth/interactions.js';
import { createPages } from '../../src/auth/pages/pages.js';
import type { EncounterCandidate, PatientCandidate, Records, RolePolicy } from '../../src/auth/pages/rooms.js';
import type { StateStore } from '../../src/store/state.js';
import { stores } from '../stores.js';

/** Enough to be hashed at once; the standard is tried by itself. */
export const cheap = { n: 1024, r: 8, p: 1 };
export const types: ScopeTypes = { isResourceType: (name) => ['Patient', 'Observation', 'Condition', 'Encounter'].includes(name) };
export const uid = 'uid-1_A';

export interface PagesServer {
  readonly url: string;
  readonly states: StateStore;
  /** What the authorization server would say and be told. */
  readonly desk: Desk;
  readonly events: SecurityEvent[];
  readonly clock: { now: number };
  close(): Promise<void>;
}

/** Where the browser is sent when something is finished. */
export const appUrl = 'https://app.example.org/callback';

export interface Desk {
  asked: Asked | undefined;
  session?: string;
  grants: GrantShown[];
  signedIn?: SignedIn;
  given?: Given;
  refused?: boolean;
}

export interface PagesServerOptions {
  readonly policy?: Partial<RolePolicy>;
  readonly patients?: readonly PatientCandidate[];
  readonly encounters?: readonly EncounterCandidate[];
  readonly issuer?: string;
}

export function asks(scope: string, more: Partial<Asked> = {}): Asked {
  return {
    uid,
    prompt: 'consent',
    client: { id: 'growth', name: '生长曲线', redirectOrigin: 'https://app.example.org' },
    scopes: parseScopes(scope, types),
    choosePatient: false,
    chooseEncounter: false,
    emergency: false,
    languages: [],
    ...more,
  };
}

export async function startPages({ policy = {}, patients = [], encounters = [], issuer }: PagesServerOptions = {}): Promise<PagesServer> {
  const [sqlite] = stores;
  if (sqlite === undefined) throw new Error('There is no store to keep accounts in');
  const { store, close } = await sqlite.open();
  const desk: Desk = { asked: undefined, grants: [] };
  const events: SecurityEvent[] = [];
  const clock = { now: Date.now() };
  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0]?.replace(/^\/auth/, '') ?? '';
    pages.serve(req, res, path).then(
      (served) => served || res.writeHead(404).end(),
      () => res.headersSent || res.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`;
  const pages = createPages({
    states: store.states,
    issuer: issuer ?? url,
    software: 'Lianyi',
    interactions: interactionsOf(desk),
    records: recordsOf(patients, encounters),
    policy: { mayBreakGlass: (role) => role === 'clinician', needsSecondFactor: () => false, ...policy },
    types,
    now: () => clock.now,
    addressOf: (req) => req.socket.remoteAddress ?? '',
    record: (event) => void events.push(event),
    cost: cheap,
  });
  return {
    url,
    states: store.states,
    desk,
    events,
    clock,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await close();
    },
  };
}

function interactionsOf(desk: Desk): Interactions {
  const away = (res: Parameters<Interactions['refuse']>[1]) => void res.writeHead(303, { location: appUrl }).end();
  return {
    asked: async () => desk.asked,
    async finishSignIn(_req, res, signedIn) {
      desk.signedIn = signedIn;
      away(res);
    },
    async finishConsent(_req, res, given) {
      desk.given = given;
      away(res);
    },
    async refuse(_req, res) {
      desk.refused = true;
      away(res);
    },
    signedIn: async () => desk.session,
    async startSession(_req, _res, { account }) {
      desk.session = account;
    },
    grants: async () => desk.grants,
    async revokeGrant(_account, grant) {
      const before = desk.grants.length;
      desk.grants = desk.grants.filter(({ id }) => id !== grant);
      return desk.grants.length < before;
    },
  };
}

function recordsOf(patients: readonly PatientCandidate[], encounters: readonly EncounterCandidate[]): Records {
  return {
    async searchPatients(_who, text) {
      const found = patients.filter(({ name = '' }) => name.includes(text));
      return { candidates: found.slice(0, 20), more: found.length > 20 };
    },
    findPatient: async (_who, id) => patients.find((one) => one.id === id),
    searchEncounters: async () => ({ candidates: encounters, more: false }),
  };
}
