/** Whether a version that is read by key may be seen: judged on what it would be found by. Source: R4 security.html#AccessDenied */
import { isUnrestricted } from '../access/access.js';
import { inSteps } from '../model/in-steps.js';
import { parseStored } from '../model/parse-stored.js';
import type { Key, Resource } from '../model/resource.js';
import type { FoundBy, Predicate, ResourceStore, Version, Where } from '../store/port.js';
import { holdsOfNone, matchesWhere, type Verdict } from './evaluate.js';
import type { Extractor } from './extract.js';
import type { Candidate } from './search.js';

interface Judging {
  readonly store: Pick<ResourceStore, 'find'>;
  readonly extractor: Extractor;
}

/** `restriction`: undefined where the type is refused. */
export function isVisibleVersion({ store, extractor }: Judging, version: Version, restriction: Predicate | undefined): Verdict {
  if (restriction === undefined) return false;
  if (isUnrestricted(restriction)) return true;
  const { type, json } = version;
  const hasNone = json !== null && extractor.hasNoneFor(type, json, restriction);
  const known = hasNone ? holdsOfNone(restriction) : undefined;
  if (known !== undefined) return known;
  const judge = (candidate: Candidate) => {
    const chained = async (where: Where): Promise<readonly Key[]> => (await store.find([where], 1))[0] ?? [];
    return matchesWhere([{ type, predicate: restriction }], candidate, chained);
  };
  const { id, lastUpdated } = version;
  return hasNone
    ? judge({ type, id, lastUpdated, entries: [], compartments: [] })
    : candidateOf(extractor, version, restriction).then(judge);
}

async function candidateOf(extractor: Extractor, { type, id, lastUpdated, json }: Version, predicate: Predicate): Promise<Candidate> {
  function* extracted(): Generator<undefined, Pick<FoundBy, 'entries' | 'compartments' | 'contained'>> {
    const resource = (yield* parseStored(json ?? Buffer.from('{}'))) as Resource;
    const few = extractor.entriesFor(resource, predicate);
    return few === undefined ? yield* extractor.extractInSteps(resource) : { entries: few, compartments: [] };
  }
  const { entries, compartments, contained = [] } = await inSteps(extracted());
  return { type, id, lastUpdated, entries, compartments, contained };
}
