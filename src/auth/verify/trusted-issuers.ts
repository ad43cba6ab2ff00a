/**
 * Other authorization servers whose tokens are taken, as the operator lists them in a YAML file. How their claims are called and what their
 * roles mean here is said there; nothing is taken from a token that is not said. Source: RFC 9068, RFC 8725 §3.8, OpenID Connect Core 5.1
 */
import { Ajv } from 'ajv';
import type { Algorithm } from 'jsonwebtoken';
import { parse } from 'yaml';
import { isObject } from '../../model/json.js';
import { isId } from '../../model/resource.js';
import type { Claims } from './claims.js';
import { createRemoteKeys } from './remote-keys.js';
import type { TrustedIssuer } from './verifier.js';

export interface TrustedIssuerSettings {
  /** Exactly as its tokens say it, https. */
  readonly issuer: string;
  /** The FHIR base unless said otherwise. */
  readonly audience?: string;
  readonly algorithms?: readonly Algorithm[];
  /** Found by OpenID discovery at the issuer unless said otherwise. */
  readonly jwksUri?: string;
  /** What `typ` has to be in the head of its access tokens; not looked at unless said. */
  readonly type?: string;
  /** By our names, theirs; a dot leads into an object: `realm_access.roles`. */
  readonly claims?: Partial<Record<MappedClaim, string>>;
  /** By their names, ours. One that is not listed means nothing. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Of those who have none of these. Without it they are refused. */
  readonly role?: string;
  /** Stands before each scope there and not here. */
  readonly scopePrefix?: string;
}

const mapped = ['sub', 'client_id', 'scope', 'patient', 'encounter', 'fhirUser', 'role', 'institution', 'name'] as const;
type MappedClaim = (typeof mapped)[number];

const text = { type: 'string', minLength: 1 };
const schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['issuer'],
    additionalProperties: false,
    properties: {
      issuer: { type: 'string', pattern: '^https?://[^\\s?#]+$' },
      audience: text,
      algorithms: {
        type: 'array',
        minItems: 1,
        items: { enum: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] },
      },
      jwksUri: { type: 'string', pattern: '^https?://\\S+$' },
      type: text,
      claims: { type: 'object', propertyNames: { enum: mapped }, additionalProperties: text },
      roles: { type: 'object', additionalProperties: text },
      role: text,
      scopePrefix: text,
    },
  },
};

/** Throws an Error with a sentence for each fault. */
export function readTrustedIssuers(yaml: string): readonly TrustedIssuerSettings[] {
  const listed: unknown = parse(yaml) ?? [];
  const ajv = new Ajv({ allErrors: true });
  if (ajv.validate(schema, listed)) return listed as TrustedIssuerSettings[];
  throw new Error((ajv.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath || 'The list'} ${message}`).join('\n'));
}

export interface TrustedIssuerRooms {
  /** The FHIR base: what tokens are for unless said otherwise, and under which fhirUser is told. */
  readonly base: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Nothing is fetched before a token of theirs comes. */
export function trustedIssuers(listed: readonly TrustedIssuerSettings[], rooms: TrustedIssuerRooms): readonly TrustedIssuer[] {
  return listed.map((settings) => {
    const { issuer, audience = rooms.base, algorithms = ['RS256'], type, jwksUri } = settings;
    return {
      issuer,
      audience,
      algorithms,
      ...(type === undefined ? {} : { type }),
      keyOf: createRemoteKeys({ ...rooms, issuer, jwksUri }),
      claimsOf: (claims) => claimsOfIssuer(settings, rooms.base, claims),
    };
  });
}

/**
 * Their claims by our names; undefined where there is no role for them. Who they name never stands for one of ours: accounts and clients carry
 * the issuer before them. `base`: the FHIR base, which fhirUser is told under.
 */
function claimsOfIssuer(settings: TrustedIssuerSettings, base: string, claims: Claims): Claims | undefined {
  const { issuer, claims: names = {} } = settings;
  const at = (name: MappedClaim) => valueAt(claims, names[name] ?? name);
  const role = roleOf(settings, at('role'));
  const client = at('client_id') ?? (names.client_id === undefined ? claims.azp : undefined);
  const sub = at('sub');
  if (role === undefined || typeof sub !== 'string' || typeof client !== 'string') return undefined;
  const { iss, iat, exp, jti = `${sub}#${iat}` } = claims;
  return {
    iss,
    iat,
    exp,
    role,
    jti: `${issuer}#${jti}`,
    sub: `${issuer}#${sub}`,
    client_id: `${issuer}#${client}`,
    scope: scopesOf(at('scope'), settings.scopePrefix),
    patient: at('patient'),
    encounter: at('encounter'),
    institution: asId(at('institution')),
    fhirUser: asReference(at('fhirUser'), base),
    name: at('name'),
  };
}

function valueAt(claims: unknown, path: string): unknown {
  // A claim may be a URL with dots in it.
  if (isObject(claims) && Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), claims);
}

function roleOf({ roles = {}, role }: TrustedIssuerSettings, theirs: unknown): string | undefined {
  const names = Array.isArray(theirs) ? theirs : [theirs];
  const known = names.find((name) => typeof name === 'string' && Object.hasOwn(roles, name));
  return known === undefined ? role : roles[known];
}

function scopesOf(value: unknown, prefix: string | undefined): string | undefined {
  const scopes = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(' ') : undefined;
  if (prefix === undefined) return scopes?.join(' ');
  return scopes?.flatMap((scope) => (scope.startsWith(prefix) ? [scope.slice(prefix.length)] : [])).join(' ');
}

/** What is no id names nothing here. */
function asId(value: unknown): string | undefined {
  return typeof value === 'string' && isId(value) ? value : undefined;
}

function asReference(value: unknown, base: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const relative = value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value;
  const [type = '', id = '', ...more] = relative.split('/');
  return more.length === 0 && /^[A-Z][A-Za-z]+$/.test(type) && isId(id) ? relative : undefined;
}
