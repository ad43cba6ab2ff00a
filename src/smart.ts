/**
 * SMART on FHIR, joined: the authorization server, the verification of its tokens, and what a principal may see and do. `assemble.ts` hands
 * it the rooms below and the doors what it gives. Source: SMART App Launch 2.2
 */
import type { IncomingMessage } from 'node:http';
import type { Access } from './access/access.js';
import { type AccessRooms, createAccessOf } from './access/policy/compile.js';
import { createFactors } from './access/policy/factors.js';
import type { Policy } from './access/policy/policy.js';
import { readPolicy } from './access/policy/read-policy.js';
import type { Principal } from './access/principal.js';
import type { RecordEvent } from './audit/event.js';
import { type Auth, createAuth } from './auth/auth.js';
import { issuerOf } from './auth/issuer.js';
import { noKeys } from './auth/key-ring.js';
import { createPages } from './auth/pages/pages.js';
import { addRegistrationToken } from './auth/registration-tokens.js';
import type { Lifetimes } from './auth/rooms.js';
import { createDenied, type Denied } from './auth/verify/denied.js';
import { type TrustedIssuerSettings, trustedIssuers } from './auth/verify/trusted-issuers.js';
import { createVerifier, type Verifier } from './auth/verify/verifier.js';
import { ConfigError } from './config.js';
import type { ConsentsInUse } from './consents-in-use.js';
import type { Definitions } from './definitions/definitions.js';
import type { Handler } from './http/fhir.js';
import type { Logger } from './http/log.js';
import type { Perform } from './interactions/perform.js';
import { storeFault } from './interactions/store-fault.js';
import { addressOf } from './model/address.js';
import type { Zone } from './model/dates.js';
import type { JsonObject } from './model/json.js';
import { message } from './model/message.js';
import { type FhirError, fault } from './model/outcome.js';
import { surnameOf } from './model/pinyin.js';
import { createOutbound } from './outbound/outbound.js';
import { patientRecords } from './patient-records.js';
import { openSealed } from './secrets-key.js';
import type { SmartOptions } from './server-options.js';
import { smartSecurity } from './smart-security.js';
import type { StateStore } from './store/state.js';

export interface SmartRooms {
  readonly options: SmartOptions;
  readonly baseUrl: string;
  readonly states: StateStore;
  readonly definitions: Definitions;
  readonly criteria: AccessRooms['criteria'];
  /** Whether what the stored Consents say can be found: until then nobody is let in. */
  readonly consentsIndexed: () => boolean;
  readonly consents: Pick<ConsentsInUse, 'now'>;
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

/** Throws ConfigError where policy, issuers or the key of the secrets do not fit. */
export async function createSmart(given: SmartRooms): Promise<Smart> {
  const { options, baseUrl, logger } = given;
  const rooms = { ...given, states: await openSealed(given.states, options.secretsKey ?? noKeys) };
  const policy = readPolicy(options.policyFile, rooms.definitions);
  refuseUnknownRoles(options.trustedIssuers ?? [], policy);
  const common: Common = {
    ...rooms,
    issuer: issuerOf(baseUrl),
    policy,
    accessFor: accessBy(rooms, policy),
    denied: await createDenied(rooms.states, {
      ...told({ now: options.now, pollEvery: options.pollEvery }),
      onLoss: (err) => logger.error({ err }, 'which tokens are revoked cannot be read from the store'),
    }),
    outboundFetch: createOutbound({ allow: options.outboundAllow ?? [] }),
  };
  const { auth, verifier } = await doors(common);
  await firstStart(rooms);
  return {
    accessOf: verifier.accessOf,
    path: new URL(common.issuer).pathname,
    handler: auth.handler,
    configuration: Buffer.from(JSON.stringify(auth.smartConfiguration)),
    security: smartSecurity(auth.smartConfiguration),
    async close() {
      auth.close();
      common.denied.close();
    },
  };
}

interface Common extends SmartRooms {
  readonly issuer: string;
  readonly policy: Policy;
  readonly accessFor: (principal: Principal) => Access;
  readonly denied: Denied;
  readonly outboundFetch: typeof fetch;
}

function accessBy(
  { options, definitions, criteria, zone, judge, consentsIndexed, consents }: SmartRooms,
  policy: Policy,
): Common['accessFor'] {
  const inUse = () => consents.now;
  const factors = createFactors({ mode: options.consent ?? 'opt-out', zone, definitions, inUse });
  const accessOf = createAccessOf({ policy, definitions, criteria, factors, standing: inUse, masking: { surnameOf } });
  return (principal) => {
    if (!consentsIndexed()) throw beingIndexed();
    return judge(accessOf(principal));
  };
}

/** After a new version of the program, for as long as it takes to read the Consents that are stored. */
function beingIndexed(): FhirError {
  return fault(
    'transient',
    message(
      'consents-indexing',
      'The Consents that are stored are being indexed, and nothing is shown before that is done; please try again in a moment',
      '正在为已存储的知情同意（Consent）建立索引，完成前不提供数据；请稍后重试',
    ),
    { headers: { 'retry-after': '5' } },
  );
}

/** Where tokens are given, and where they are taken. */
async function doors(common: Common): Promise<{ readonly auth: Auth; readonly verifier: Verifier }> {
  const { options, baseUrl, accessFor, denied, outboundFetch, logger } = common;
  const { now = Date.now, trustProxy = false, failuresPerMinute } = options;
  const auth = await createAuth({
    ...told({ failuresPerMinute, pollEvery: options.pollEvery }),
    ...sharedByPages(common),
    base: baseUrl,
    denied,
    lifetimes: { ...standardLifetimes, ...options.lifetimes },
    trustProxy,
    storeFault,
    mayBreakGlass: mayBreakGlass(common),
    outboundFetch,
    logger,
    onKeysGone: () => verifier.forget(),
    pages: pagesOn(common),
  });
  const onFault = (err: unknown) => logger.error({ err }, 'the keys of a trusted issuer cannot be had');
  const verifier = createVerifier({
    issuers: [auth.issuer, ...trustedIssuers(options.trustedIssuers ?? [], { base: baseUrl, fetch: outboundFetch, now, onFault })],
    denied,
    accessFor,
    addressOf: (req) => addressOf(req, trustProxy),
    failuresPerMinute,
    now,
  });
  return { auth, verifier };
}

function sharedByPages({ issuer, states, options, definitions, record }: Common) {
  return { issuer, states, now: options.now ?? Date.now, types: definitions, record };
}

function pagesOn(common: Common): Parameters<typeof createAuth>[0]['pages'] {
  const { options, policy, perform, accessFor, issuer } = common;
  const shared = sharedByPages(common);
  return (interactions) =>
    createPages({
      ...shared,
      software: common.software,
      interactions,
      records: patientRecords({ perform, accessFor, issuer, now: shared.now }),
      policy: { mayBreakGlass: mayBreakGlass(common), needsSecondFactor: (role) => policy.roles.get(role)?.secondFactor ?? false },
      addressOf: (req) => addressOf(req, options.trustProxy ?? false),
    });
}

function mayBreakGlass({ policy }: Common): (role: string) => boolean {
  return (role) => policy.roles.get(role)?.rights.has('breakGlass') ?? false;
}

/** Without what is not given. */
function told<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ReturnType<typeof told<T>>;
}

function refuseUnknownRoles(listed: readonly TrustedIssuerSettings[], { roles }: Policy): void {
  for (const { issuer, role, roles: theirs = {} } of listed) {
    const unknown = [...Object.values(theirs), ...(role === undefined ? [] : [role])].find((name) => !roles.has(name));
    if (unknown !== undefined)
      throw new ConfigError(`TRUSTED_ISSUERS: ${issuer} is given the role "${unknown}", which the policy does not have.`);
  }
}

/** The first process that serves a store with access on has a token by which the first client registers: told once, and never again. */
async function firstStart({ options, states, definitions, record }: SmartRooms): Promise<void> {
  const { onFirstStart, now = Date.now } = options;
  if (onFirstStart === undefined) return;
  const isFirst = await states.add({ kind: 'server', id: 'first-start', value: JSON.stringify({ at: now() }) });
  if (!isFirst) return;
  record({ kind: 'keys-made', outcome: 'success' });
  onFirstStart(await addRegistrationToken(states, {}, { types: definitions, now: now() }));
  record({ kind: 'registration-token-made', outcome: 'success' });
}
