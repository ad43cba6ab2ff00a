/** Whether a version that is read by key may be seen: judged on what it would be found by. Source: R4 security.html#AccessDenied */
import { type Access, isUnrestricted } from '../access/access.js';
import { inSteps } from '../model/in-steps.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import type { FoundBy, ResourceStore, Version, Where } from '../store/port.js';
import { matchesWhere } from './evaluate.js';
import type { Extractor } from './extract.js';
import type { Candidate } from './search.js';

interface Judging {
  readonly store: Pick<ResourceStore, 'search'>;
  readonly access: Access;
  readonly extractor: Extractor;
}

/** Whoever follows a chain asks whether anything is there. */
const CHAINED = 100;

export async function isVisibleVersion({ store, access, extractor }: Judging, version: Version): Promise<boolean> {
  const restriction = access.restriction('search', version.type);
  if (restriction === undefined) return false;
  if (isUnrestricted(restriction)) return true;
  const chained = async (where: Where): Promise<readonly Candidate[]> => {
    const { matches } = await store.search({ where, sort: [], count: CHAINED });
    return Promise.all(matches.map(({ version: found }) => candidateOf(extractor, found)));
  };
  return matchesWhere([{ type: version.type, predicate: restriction }], await candidateOf(extractor, version), chained);
}

async function candidateOf(extractor: Extractor, { type, id, lastUpdated, json }: Version): Promise<Candidate> {
  function* extracted(): Generator<undefined, FoundBy> {
    return yield* extractor.extractInSteps((yield* parseStored(json ?? Buffer.from('{}'))) as Resource);
  }
  const { entries, compartments, contained = [] } = await inSteps(extracted());
  return { type, id, lastUpdated, entries, compartments, contained };
}
