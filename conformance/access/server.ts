/** Whose requests a server takes for whose: by a header, as a verified token would say it. Without the header nothing is kept from anybody. */
import type { IncomingMessage } from 'node:http';
import { type Access, unrestricted } from '../../src/access/access.js';
import { type AccessRooms, createAccessOf } from '../../src/access/policy/compile.js';
import { createFactors } from '../../src/access/policy/factors.js';
import { parsePolicy } from '../../src/access/policy/read-policy.js';
import type { Principal } from '../../src/access/principal.js';
import type { Definitions } from '../../src/definitions/definitions.js';
import { createZone } from '../../src/model/dates.js';
import { FhirError } from '../../src/model/outcome.js';
import { surnameOf } from '../../src/model/pinyin.js';
import { createSearch } from '../../src/search/create-search.js';
import type { Asker, PolicyOfChance } from './people.js';

export interface Doors {
  accessOf(req: IncomingMessage): Access;
  /** Headers by which a request is that of the asker. */
  as(asker: Asker, policy: PolicyOfChance): Readonly<Record<string, string>>;
}

export function createDoors(definitions: Definitions): Doors {
  const search = createSearch({ definitions, baseUrl: 'http://127.0.0.1/fhir', timezone: 'Asia/Shanghai' });
  const criteria: AccessRooms['criteria'] = (type, parameters) => {
    try {
      return search.criteria(type, parameters, unrestricted).where[0]?.predicate;
    } catch (error) {
      if (error instanceof FhirError) return undefined;
      throw error;
    }
  };
  const compilers = new Map<string, (principal: Principal) => Access>();
  const compilerOf = (document: PolicyOfChance, mode: Asker['mode']) => {
    const text = JSON.stringify(document);
    const name = mode + text;
    const factors = createFactors({ mode, zone: createZone('Asia/Shanghai'), definitions });
    const known =
      compilers.get(name) ??
      createAccessOf({ definitions, criteria, factors, masking: { surnameOf }, policy: parsePolicy(text, definitions, 'by chance') });
    compilers.set(name, known);
    return known;
  };
  const accesses: Access[] = [];
  const names = new Map<Asker, string>();
  return {
    accessOf(req) {
      const name = req.headers['x-asker'];
      return name === undefined ? unrestricted : (accesses[Number(name)] ?? { restriction: () => undefined });
    },
    as(asker, policy) {
      const name = names.get(asker) ?? String(accesses.push(compilerOf(policy, asker.mode)(asker.principal)) - 1);
      names.set(asker, name);
      return { 'X-Asker': name };
    },
  };
}
