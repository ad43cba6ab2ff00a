/** A server whose requests say who asks: by the role and the scopes of a header, as a token would. */
import type { IncomingMessage } from 'node:http';
import { type Access, unrestricted } from '../../src/access/access.js';
import { type AccessRooms, createAccessOf } from '../../src/access/policy/compile.js';
import { createFactors } from '../../src/access/policy/factors.js';
import type { Policy } from '../../src/access/policy/policy.js';
import { readPolicy } from '../../src/access/policy/read-policy.js';
import type { Principal } from '../../src/access/principal.js';
import { createZone } from '../../src/model/dates.js';
import { FhirError } from '../../src/model/outcome.js';
import { surnameOf } from '../../src/model/pinyin.js';
import { createSearch } from '../../src/search/create-search.js';
import { definitions } from '../built-definitions.js';

const base: Principal = {
  client: 'app',
  role: 'clinician',
  scope: 'user/*.cruds',
  tokenId: 'token',
  issuer: 'http://127.0.0.1/auth',
  expires: Date.parse('2026-06-15T12:00:00Z'),
};

const search = createSearch({ definitions, baseUrl: 'http://127.0.0.1/fhir', timezone: 'Asia/Shanghai' });

const rooms: Omit<AccessRooms, 'policy' | 'factors'> = {
  definitions,
  criteria(type, parameters, hides) {
    try {
      return search.criteria(type, parameters, { ...unrestricted, ...(hides && { hides }) }).where[0]?.predicate;
    } catch (error) {
      if (error instanceof FhirError) return undefined;
      throw error;
    }
  },
  masking: { surnameOf },
};

/** Granular parameters by the search engine. */
export function accessUnder(policy: Policy, mode: 'opt-in' | 'opt-out') {
  return createAccessOf({ ...rooms, policy, factors: createFactors({ mode, zone: createZone('Asia/Shanghai'), definitions }) });
}

/** The default policy. */
export const accessOfPrincipal = accessUnder(readPolicy(undefined, definitions), 'opt-out');

export function principal(of: Partial<Principal>): Principal {
  return { ...base, ...of };
}

/** Header fields by which a request is that of a principal. */
export function as(of: Partial<Principal>): Record<string, string> {
  return { 'x-principal': encodeURIComponent(JSON.stringify(principal(of))) };
}

/** Compiled once, as for a token. */
const compiled = new Map<(principal: Principal) => Access, Map<string, Access>>();

export function accessOf(req: IncomingMessage): Access {
  return accessBy(accessOfPrincipal, req);
}

export function accessBy(accessOfPrincipal: (principal: Principal) => Access, req: IncomingMessage): Access {
  const header = req.headers['x-principal'];
  if (typeof header !== 'string') return unrestricted;
  const known = compiled.get(accessOfPrincipal) ?? new Map<string, Access>();
  compiled.set(accessOfPrincipal, known);
  const access = known.get(header) ?? accessOfPrincipal(JSON.parse(decodeURIComponent(header)) as Principal);
  known.set(header, access);
  return access;
}
