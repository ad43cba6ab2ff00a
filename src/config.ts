/**
 * The only reader of the environment: every setting has a name, a default, a check and a sentence for `--help`;
 * what comes out is typed, checked once with ajv and frozen.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { type AccessConfig, accessSettings } from './access-settings.js';
import { isLoopback } from './model/loopback.js';
import type { Severity } from './model/outcome.js';
import type { Setting } from './setting.js';

export interface Config extends AccessConfig {
  readonly port: number;
  readonly host: string;
  /** The FHIR base as clients see it, without a slash at the end; absent: derived from host and port. */
  readonly baseUrl?: string;
  /** `sqlite:<path>`, `sqlite::memory:` or a `mongodb://` URL. */
  readonly store: string;
  readonly logLevel: string;
  /** A line for every request. */
  readonly logRequests: boolean;
  /** Origins whose pages may ask, separated by commas; `*`: all. */
  readonly corsOrigins: string;
  /** IANA name; zone-less dates in searches are read in it. */
  readonly timezone: string;
  /** `none`, `all` or types separated by commas, whose words `_text` and `_content` find. */
  readonly fullText: string;
  /** Whether references to what is not here, and deletions of what is referred to, are told of or refused. */
  readonly referentialIntegrity: 'off' | 'warn' | 'refuse';
  readonly maxBundleBytes: number;
  readonly maxBundleEntries: number;
  readonly maxBodyBytes: number;
  /** In MB: what the tables of concepts of large code systems may take, all together. */
  readonly terminologyMemory: number;
  /** `Type=canonical,canonical;Type=…`; '': none. `demandedByType` reads it. */
  readonly demandedProfiles: string;
  readonly unknownProfiles: Severity | 'ignore';
  readonly unknownExtensions: Severity | 'ignore';
  readonly bestPractice: Severity | 'ignore';
  readonly conditionalDelete: 'single' | 'multiple';
  /** How long what was done under an Idempotency-Key is remembered. */
  readonly idempotencyHours: number;
  /** Whether those who may search everything may ask how a search is carried out. */
  readonly explainSearches: boolean;
  /** Whether it may listen beyond this machine although nobody is asked who they are. */
  readonly allowOpenAccess: boolean;
}

/** What is no clear fault. An error keeps a resource from being stored. */
const severities = ['ignore', 'information', 'warning', 'error'];
const integrities = ['off', 'warn', 'refuse'];
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const mebi = 1024 * 1024;

const one = '[A-Z][A-Za-z]*=[^\\s,;]+:[^\\s,;]+(,[^\\s,;]+:[^\\s,;]+)*';
const demanded = new RegExp(`^(${one}(;${one})*)?$`);

export const settings: readonly Setting<keyof Config>[] = [
  {
    variable: 'PORT',
    key: 'port',
    default: 8080,
    help: 'port to listen on; 0 takes a free one',
    schema: { type: 'integer', minimum: 0, maximum: 65535 },
    must: 'a whole number from 0 to 65535',
  },
  {
    variable: 'HOST',
    key: 'host',
    default: '127.0.0.1',
    help: 'address to listen on',
    schema: { type: 'string', minLength: 1 },
    must: 'a host name or an address',
  },
  {
    variable: 'BASE_URL',
    key: 'baseUrl',
    help: 'the FHIR base as clients see it, when it differs from http://HOST:PORT/fhir',
    schema: { type: 'string', pattern: '^https?://[^\\s?#]+[^\\s?#/]$' },
    must: 'an http or https URL without a slash at its end, such as https://fhir.example.org/fhir',
  },
  {
    variable: 'STORE',
    key: 'store',
    default: 'sqlite:./data/lianyi.db',
    help: 'sqlite:<file>, sqlite::memory: or mongodb://… (a replica set)',
    schema: { type: 'string', pattern: '^(sqlite:.+|mongodb(\\+srv)?://.+)$' },
    must: 'sqlite:<file>, sqlite::memory: or a mongodb:// URL',
  },
  {
    variable: 'LOG_LEVEL',
    key: 'logLevel',
    default: 'info',
    help: `one of ${levels.join(', ')}`,
    schema: { enum: levels },
    must: `one of ${levels.join(', ')}`,
  },
  {
    variable: 'LOG_REQUESTS',
    key: 'logRequests',
    default: false,
    help: 'true: a line for every request at the level info: method, path without ids, status, time, request id; never content',
    schema: { type: 'boolean' },
    must: 'true or false',
  },
  {
    variable: 'CORS_ORIGINS',
    key: 'corsOrigins',
    default: '*',
    help: 'origins whose pages may ask, separated by commas; * for all (cookies are never allowed)',
    schema: { type: 'string', pattern: '^(\\*|https?://[^\\s/,]+(,\\s*https?://[^\\s/,]+)*)$' },
    must: '* or origins such as https://app.example.org, separated by commas',
  },
  {
    variable: 'DEFAULT_TIMEZONE',
    key: 'timezone',
    default: 'Asia/Shanghai',
    help: 'IANA zone in which dates without a zone are read',
    schema: { type: 'string', format: 'iana-zone' },
    must: 'an IANA time zone such as Asia/Shanghai',
  },
  {
    variable: 'FULL_TEXT',
    key: 'fullText',
    default: 'ClinicalImpression,Composition,DiagnosticReport,DocumentReference,Questionnaire',
    help: 'types whose words are kept for _text and _content, separated by commas; all or none (the first 1000 words of each resource; a change takes effect when what is stored has been indexed anew)',
    schema: { type: 'string', pattern: '^(all|none|[A-Z][A-Za-z]*(,\\s*[A-Z][A-Za-z]*)*)$' },
    must: 'all, none, or resource types separated by commas, such as Composition,DocumentReference',
  },
  {
    variable: 'DEMANDED_PROFILES',
    key: 'demandedProfiles',
    default: '',
    help: 'profiles that every resource of a type must meet to be stored: Type=canonical,canonical;Type=canonical',
    schema: { type: 'string', pattern: demanded.source },
    must: 'Type=canonical,canonical;Type=canonical, such as Patient=https://lianyi.cn/fhir/StructureDefinition/cn-patient',
  },
  severity('UNKNOWN_PROFILES', 'unknownProfiles', 'profiles in meta.profile that are not known here'),
  severity('UNKNOWN_EXTENSIONS', 'unknownExtensions', 'extensions that are not known here'),
  severity('BEST_PRACTICE', 'bestPractice', 'rules that R4 marks as best practice, such as a narrative in every resource'),
  {
    variable: 'REFERENTIAL_INTEGRITY',
    key: 'referentialIntegrity',
    default: 'off',
    help: 'off, warn or refuse: references to what is not here, and deletions of what is referred to (alike for all servers of a store; from off to another, deletions are judged when what is stored has been indexed anew)',
    schema: { enum: integrities },
    must: `one of ${integrities.join(', ')}`,
  },
  limit('MAX_BUNDLE_BYTES', 'maxBundleBytes', 32 * mebi, 'largest batch or transaction, in bytes'),
  limit('MAX_BUNDLE_ENTRIES', 'maxBundleEntries', 5000, 'most entries of a batch or transaction'),
  limit('MAX_BODY_BYTES', 'maxBodyBytes', 10 * mebi, 'largest body of any other request, in bytes'),
  limit(
    'TERMINOLOGY_MEMORY',
    'terminologyMemory',
    512,
    'memory that large code systems may take, all together, in MB (about 25 for 100,000 concepts)',
  ),
  {
    variable: 'CONDITIONAL_DELETE',
    key: 'conditionalDelete',
    default: 'single',
    help: 'what DELETE [type]?criteria does where many match: single refuses (412), multiple deletes them all in one commit, at most MAX_BUNDLE_ENTRIES',
    schema: { enum: ['single', 'multiple'] },
    must: 'single or multiple',
  },
  {
    variable: 'IDEMPOTENCY_HOURS',
    key: 'idempotencyHours',
    default: 24,
    help: 'hours for which a POST sent again with the same Idempotency-Key is answered as before and stores nothing again',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: 8760 },
    must: 'a number of hours above 0, at most 8760',
  },
  {
    variable: 'EXPLAIN_SEARCHES',
    key: 'explainSearches',
    default: false,
    help: 'true: with _explain=true in a search, whoever may search everything is shown how the store carries it out',
    schema: { type: 'boolean' },
    must: 'true or false',
  },
  {
    variable: 'ALLOW_OPEN_ACCESS',
    key: 'allowOpenAccess',
    default: false,
    help: 'true: listen beyond this machine although access control is off',
    schema: { type: 'boolean' },
    must: 'true or false',
  },
  ...accessSettings,
];

function limit(variable: string, key: keyof Config, value: number, help: string): Setting<keyof Config> {
  return { variable, key, default: value, help, schema: { type: 'integer', minimum: 1, maximum: 2 ** 40 }, must: 'a whole number above 0' };
}

function severity(variable: string, key: keyof Config, about: string): Setting<keyof Config> {
  const help = `${about}: ${severities.join(', ')}; an error is not stored`;
  return { variable, key, default: 'warning', help, schema: { enum: severities }, must: `one of ${severities.join(', ')}` };
}

/** The profiles demanded of each type. */
export function demandedByType({ demandedProfiles }: Pick<Config, 'demandedProfiles'>): Readonly<Record<string, readonly string[]>> {
  const byType: Record<string, readonly string[]> = {};
  for (const one of demandedProfiles.split(';').filter((text) => text !== '')) {
    const cut = one.indexOf('=');
    const type = one.slice(0, cut);
    byType[type] = [...(byType[type] ?? []), ...one.slice(cut + 1).split(',')];
  }
  return byType;
}

/** A setting that cannot be used, in a sentence that says what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings out of `environment`; throws ConfigError with one sentence per fault. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const ajv = new Ajv({ allErrors: true, coerceTypes: true });
  ajv.addFormat('iana-zone', isTimeZone);
  const check = ajv.compile({ type: 'object', properties: Object.fromEntries(settings.map(({ key, schema }) => [key, schema])) });
  const values: Record<string, unknown> = {};
  for (const { variable, key, default: fallback } of settings) {
    const given = environment[variable];
    const value = given === undefined || given === '' ? fallback : given;
    if (value !== undefined) values[key] = value;
  }
  if (!check(values)) throw new ConfigError(sentences(check.errors ?? [], environment));
  const config = Object.freeze(values) as unknown as Config;
  refuseOpenDoors(config);
  return config;
}

function sentences(errors: readonly ErrorObject[], environment: Readonly<Record<string, string | undefined>>): string {
  const keys = new Set(errors.map(({ instancePath }) => instancePath.slice(1)));
  return settings
    .filter(({ key }) => keys.has(key))
    .map(({ variable, must }) => `${variable} must be ${must}; it is "${environment[variable]}".`)
    .join('\n');
}

function refuseOpenDoors({ access, host, allowOpenAccess }: Config): void {
  if (access !== 'off' || isLoopback(host) || allowOpenAccess) return;
  throw new ConfigError(
    `HOST is ${host}, but access control is off: everybody who reaches that address could read and change every record. ` +
      'Set ACCESS=smart, or listen on 127.0.0.1, or set ALLOW_OPEN_ACCESS=true if something in front of the server decides who may come in.',
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
