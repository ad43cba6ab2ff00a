/**
 * SMART on FHIR, joined: the authorization server, the verification of its tokens, and what a principal may see and do. `assemble.ts` hands
 * it the rooms below and the doors what it gives. Source: SMART App Launch 2.2
 */
import type { IncomingMessage } from 'node:http';
import type { Access } from './access/access.js';
import { type AccessRooms, createAccessOf } from './access/policy/compile.js';
import { createFactors } from './access/policy/factors.js';
import { readPolicy } from './access/policy/read-policy.js';
import type { Principal } from './access/principal.js';
import type { RecordEvent } from './audit/event.js';
import { createAuth } from './auth/auth.js';
import { issuerOf } from './auth/issuer.js';
import { createPages } from './auth/pages/pages.js';
import { addRegistrationToken } from './auth/registration-tokens.js';
import type { Lifetimes } from './auth/rooms.js';
import { scopeBy } from './auth/scope-reference.js';
import { createDenied } from './auth/verify/denied.js';
import { trustedIssuers } from './auth/verify/trusted-issuers.js';
import { createVerifier } from './auth/verify/verifier.js';
import type { Definitions } from './definitions/definitions.js';
import { addressOf } from './http/address.js';
import type { Handler } from './http/fhir.js';
import type { Logger } from './http/log.js';
import type { Perform } from './interactions/perform.js';
import type { Zone } from './model/dates.js';
import type { JsonObject } from './model/json.js';
import { createOutbound } from './outbound/outbound.js';
import { patientRecords } from './patient-records.js';
import { surnameOf } from './search/pinyin.js';
import type { SmartOptions } from './server-options.js';
import { smartSecurity } from './smart-security.js';
import type { StateStore } from './store/state.js';

export interface SmartRooms {
  readonly options: SmartOptions;
  readonly baseUrl: string;
  readonly states: StateStore;
  readonly definitions: Definitions;
  readonly criteria: AccessRooms['criteria'];
  /** Of days, where a Consent names them. */
  readonly zone: Zone;
  /** Laid over the access of every principal. */
  readonly judge: (access: Access) => Access;
  readonly perform: Perform;
  readonly record: RecordEvent;
  readonly software: string;
  readonly logger: Logger;
}

export interface Smart {
  accessOf(req: IncomingMessage): Access | Promise<Access>;
  /** Of the authorization server: without a slash at its end. */
  readonly path: string;
  readonly handler: Handler;
  readonly configuration: Buffer;
  /** For the CapabilityStatement. */
  readonly security: JsonObject;
  close(): Promise<void>;
}

const standardLifetimes: Lifetimes = { accessToken: 3600, systemToken: 300, refreshToken: 90 * 86_400, session: 8 * 3600 };

export async function createSmart(rooms: SmartRooms): Promise<Smart> {
  const { options, baseUrl, states, definitions, record, logger } = rooms;
  const { now = Date.now, trustProxy = false } = options;
  const issuer = issuerOf(baseUrl);
  const policy = readPolicy(options.policyFile, definitions);
  const { consent: mode = 'opt-out' } = options;
  const factors = createFactors({ mode, zone: rooms.zone, definitions });
  const accessOf = createAccessOf({ policy, definitions, criteria: rooms.criteria, factors, masking: { surnameOf } });
  const accessFor = (principal: Principal) => rooms.judge(accessOf(principal));
  const outboundFetch = createOutbound({ allow: options.outboundAllow ?? [] });
  const polling = options.pollEvery === undefined ? {} : { pollEvery: options.pollEvery };
  const denied = await createDenied(states, {
    now,
    ...polling,
    onLoss: (err) => logger.error({ err }, 'which tokens are revoked cannot be read from the store'),
  });
  const mayBreakGlass = (role: string) => policy.roles.get(role)?.rights.has('breakGlass') ?? false;
  const shared = { issuer, states, now, types: definitions, record };
  const lifetimes = { ...standardLifetimes, ...options.lifetimes };
  const auth = await createAuth({
    ...shared,
    base: baseUrl,
    denied,
    lifetimes,
    trustProxy,
    mayBreakGlass,
    outboundFetch,
    logger,
    ...polling,
    ...(options.failuresPerMinute === undefined ? {} : { failuresPerMinute: options.failuresPerMinute }),
    onKeysGone: () => verifier.forget(),
    pages: (interactions) =>
      createPages({
        ...shared,
        software: rooms.software,
        interactions,
        records: patientRecords({ perform: rooms.perform, accessFor, issuer, now }),
        policy: { mayBreakGlass, needsSecondFactor: (role) => policy.roles.get(role)?.secondFactor ?? false },
        addressOf: (req) => addressOf(req, trustProxy),
      }),
  });
  const others = trustedIssuers(options.trustedIssuers ?? [], {
    base: baseUrl,
    fetch: outboundFetch,
    now,
    onFault: (err) => logger.error({ err }, 'the keys of a trusted issuer cannot be had'),
  });
  const verifier = createVerifier({
    issuers: [auth.issuer, ...others],
    denied,
    accessFor,
    scopeBy: (reference) => scopeBy(states, reference),
    addressOf: (req) => addressOf(req, trustProxy),
    failuresPerMinute: options.failuresPerMinute,
    now,
  });
  await firstStart(rooms);
  return {
    accessOf: verifier.accessOf,
    path: new URL(issuer).pathname,
    handler: auth.handler,
    configuration: Buffer.from(JSON.stringify(auth.smartConfiguration)),
    security: smartSecurity(auth.smartConfiguration),
    async close() {
      auth.close();
      denied.close();
    },
  };
}

/** The first process that serves a store with access on has a token by which the first client registers: told once, and never again. */
async function firstStart({ options, states, definitions }: SmartRooms): Promise<void> {
  const { onFirstStart, now = Date.now } = options;
  if (onFirstStart === undefined) return;
  const isFirst = await states.add({ kind: 'server', id: 'first-start', value: JSON.stringify({ at: now() }) });
  if (isFirst) onFirstStart(await addRegistrationToken(states, {}, { types: definitions, now: now() }));
}
