/** A region with SMART switched on, as it is in earnest: a server of its own process on either store, made-up people, accounts and clients. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { demoBundle } from '../../scripts/demo/people.js';
import { addAccount, type NewAccount } from '../../src/auth/accounts.js';
import { type AddedClient, addClient, type NewClient } from '../../src/auth/clients.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import type { TestStore } from '../test-store.js';
import { type Serving, serve } from './command.js';

export const password = 'Ein-langes-Wort-77';
/** Hashed in a moment; the standard is tried by tests of its own. */
const cost = { n: 16, r: 8, p: 1 };

export interface SmartRegion {
  /** The FHIR base. */
  readonly base: string;
  readonly issuer: string;
  /** As the setting STORE takes it. */
  readonly store: string;
  /** Shown at the first start: with it apps register themselves. */
  readonly registrationToken: string;
  addAccount(account: Omit<NewAccount, 'password'>): Promise<void>;
  addClient(client: NewClient): Promise<AddedClient>;
  /** The process ends and another begins, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openSmartRegion(open: TestStore['open'], settings: Readonly<Record<string, string>> = {}): Promise<SmartRegion> {
  const { store, url, close } = await open();
  await fill(store);
  const environment = { STORE: url, ACCESS: 'smart', LOG_LEVEL: 'error', PORT: String(await freePort()), ...settings };
  let serving: Serving = await serve(environment);
  const { base } = serving;
  const registrationToken = await serving.says(/^ +[\w-]{43}$/m);
  return {
    base,
    issuer: base.replace(/\/fhir$/, '/auth'),
    store: url,
    registrationToken: registrationToken.trim(),
    addAccount: async (account) => void (await addAccount(store.states, { ...account, password }, { cost })),
    addClient: (client) => addClient(store.states, client, { types: definitions }),
    async restart() {
      await serving.stop();
      serving = await serve(environment);
    },
    async close() {
      await serving.stop();
      await close();
    },
  };
}

/** Before anybody is let in. */
async function fill(store: Awaited<ReturnType<TestStore['open']>>['store']): Promise<void> {
  const server = await startServer({ store });
  const { status, text } = await server.ask('POST', '/', demoBundle());
  await server.close();
  if (status !== 200) throw new Error(`The people could not be stored: HTTP ${status}: ${text.slice(0, 500)}`);
}

/** For a server that has to come back to the address it had. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
