/** The settings of who may come in and do what: the authorization server, access, limits, the audit. */
import type { Setting } from './setting.js';

export interface AccessConfig {
  /** `smart`: every request carries a token of the authorization server; `off`: nobody is asked who they are. */
  readonly access: 'off' | 'smart';
  /** File; '': the policy that comes with the program. */
  readonly policyFile: string;
  /** `opt-in`: what another institution recorded is seen only where the patient permits it; `opt-out`: unless the patient denies it. */
  readonly consent: 'opt-in' | 'opt-out';
  /** Seconds. */
  readonly accessTokenSeconds: number;
  readonly systemTokenSeconds: number;
  readonly refreshTokenDays: number;
  readonly sessionHours: number;
  /** File; '': none. */
  readonly trustedIssuers: string;
  /** File; '': what is secret lies in the store in clear. */
  readonly secretsKeyFile: string;
  /** Whether a proxy in front says who asks and by which name. */
  readonly trustProxy: boolean;
  /** Hosts separated by commas; '': none. */
  readonly outboundAllow: string;
  /** `off` or two numbers separated by a comma. `limitOf` reads it. */
  readonly rateLimit: string;
  readonly concurrencyLimit: string;
  /** Whether it is recorded who saw and did what; '': where access is decided by tokens. `auditOf` reads it. */
  readonly audit: 'on' | 'off' | '';
  readonly auditDays: number;
}

const host = '(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+)(:\\d{1,5})?';
const twoNumbers = { type: 'string', pattern: '^(off|[1-9]\\d{0,8},[1-9]\\d{0,8})$' };

export const accessSettings: readonly Setting<keyof AccessConfig>[] = [
  {
    variable: 'ACCESS',
    key: 'access',
    default: 'off',
    help: 'smart: whoever asks needs a token (SMART on FHIR); off: nobody is asked who they are, on this machine only',
    schema: { enum: ['off', 'smart'] },
    must: 'off or smart',
  },
  {
    variable: 'POLICY_FILE',
    key: 'policyFile',
    default: '',
    help: 'YAML or JSON file that says what each role may see and do (lianyi policy show prints the one that holds without it)',
    schema: { type: 'string' },
    must: 'the name of a file',
  },
  {
    variable: 'CONSENT',
    key: 'consent',
    default: 'opt-out',
    help: 'opt-out: without a Consent the policy holds; opt-in: what another institution recorded is seen only with a Consent that permits it',
    schema: { enum: ['opt-in', 'opt-out'] },
    must: 'opt-in or opt-out',
  },
  {
    variable: 'ACCESS_TOKEN_SECONDS',
    key: 'accessTokenSeconds',
    default: 3600,
    help: 'how long the access token of a person lasts',
    schema: { type: 'integer', minimum: 30, maximum: 86400 },
    must: 'a whole number of seconds from 30 to 86400',
  },
  {
    variable: 'SYSTEM_TOKEN_SECONDS',
    key: 'systemTokenSeconds',
    default: 300,
    help: 'how long the access token of a system lasts that acts for itself (backend services)',
    schema: { type: 'integer', minimum: 30, maximum: 3600 },
    must: 'a whole number of seconds from 30 to 3600',
  },
  {
    variable: 'REFRESH_TOKEN_DAYS',
    key: 'refreshTokenDays',
    default: 90,
    help: 'how long an app with offline_access stays connected when it is not used',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 3650 },
    must: 'a number of days above 0, at most 3650',
  },
  {
    variable: 'SESSION_HOURS',
    key: 'sessionHours',
    default: 8,
    help: 'how long a person stays signed in; online_access ends with it',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 720 },
    must: 'a number of hours above 0, at most 720',
  },
  {
    variable: 'TRUSTED_ISSUERS',
    key: 'trustedIssuers',
    default: '',
    help: 'YAML file of other authorization servers whose access tokens are taken: issuer, audience, algorithms, claims, roles',
    schema: { type: 'string' },
    must: 'the name of a file',
  },
  {
    variable: 'SECRETS_KEY_FILE',
    key: 'secretsKeyFile',
    default: '',
    help: 'file with a key (openssl rand -base64 32) under which signing keys, second factors, accounts and sessions are sealed in the store; the same for all processes. More lines: earlier keys, by which is still read',
    schema: { type: 'string' },
    must: 'the name of a file',
  },
  {
    variable: 'TRUST_PROXY',
    key: 'trustProxy',
    default: false,
    help: 'true: a proxy in front says by X-Forwarded-For and X-Forwarded-Host who asks and by which name (nobody else can reach the server)',
    schema: { type: 'boolean' },
    must: 'true or false',
  },
  {
    variable: 'OUTBOUND_ALLOW',
    key: 'outboundAllow',
    default: '',
    help: 'hosts (host or host:port, separated by commas) that may be fetched from though they are private, and by http',
    schema: { type: 'string', pattern: `^(${host}(,\\s*${host})*)?$` },
    must: 'hosts such as keys.hospital.example or 10.1.2.3:8443, separated by commas',
  },
  {
    variable: 'RATE_LIMIT',
    key: 'rateLimit',
    default: '6000,600000',
    help: 'off, or what a person and what a system may ask for in a minute: a read counts 1, a search 1 and 1 for each include, a Bundle its entries',
    schema: twoNumbers,
    must: 'off, or two whole numbers above 0 separated by a comma, such as 6000,600000',
  },
  {
    variable: 'CONCURRENCY_LIMIT',
    key: 'concurrencyLimit',
    default: '64,512',
    help: 'off, or how many requests of a person and of a system are worked on at once',
    schema: twoNumbers,
    must: 'off, or two whole numbers above 0 separated by a comma, such as 64,512',
  },
  {
    variable: 'AUDIT',
    key: 'audit',
    default: '',
    help: 'on: who saw and did what is recorded, kept as a chain and found as AuditEvents; off: nothing is (on with ACCESS=smart, else off)',
    schema: { enum: ['on', 'off', ''] },
    must: 'on or off',
  },
  {
    variable: 'AUDIT_DAYS',
    key: 'auditDays',
    default: 1095,
    help: 'how many days what is recorded is kept',
    schema: { type: 'integer', minimum: 180, maximum: 36500 },
    must: 'a whole number of days from 180 to 36500',
  },
];

/** undefined: nothing is recorded. */
export function auditOf({
  audit,
  auditDays,
  access,
}: Pick<AccessConfig, 'audit' | 'auditDays' | 'access'>): { readonly days: number } | undefined {
  const isOn = audit === '' ? access === 'smart' : audit === 'on';
  return isOn ? { days: auditDays } : undefined;
}

export interface Limit {
  readonly person: number;
  readonly system: number;
}

/** undefined: none. */
export function limitOf(setting: string): Limit | undefined {
  if (setting === 'off') return undefined;
  const [person = 0, system = 0] = setting.split(',').map(Number);
  return { person, system };
}

export function hostsOf({ outboundAllow }: Pick<AccessConfig, 'outboundAllow'>): readonly string[] {
  return outboundAllow === '' ? [] : outboundAllow.split(/,\s*/);
}
