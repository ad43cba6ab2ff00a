/** What searches find is what the histories end with: no index entry is missing, and none is left of what was before. */
import { grouped, identifiedIn, type Stored } from '../account.js';
import { markSystem } from '../storm.js';
import { entrySystem } from './sent.js';

interface Searchset {
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly fullUrl: string }[];
}

/** So many values stand in one search. */
const AT_ONCE = 40;

interface Search {
  readonly query: string;
  readonly expected: readonly string[];
}

export async function faultsInSearches(base: string, stored: readonly Stored[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { query, expected } of searchesFor(stored)) {
    const found = await searched(`${base}/${query}`);
    const [wanted, there] = [new Set(expected), new Set(found)];
    const [missing, more] = [expected.filter((one) => !there.has(one)), found.filter((one) => !wanted.has(one))];
    if (missing.length > 0 || more.length > 0) faults.push(`${query} misses ${missing.join(', ')}; finds also ${more.join(', ')}`);
    if (there.size !== found.length) faults.push(`${query} finds some twice`);
  }
  return faults;
}

function searchesFor(stored: readonly Stored[]): readonly Search[] {
  const last = [...grouped(stored, ({ instance }) => instance).values()].flatMap((all) =>
    all.reduce((a, b) => (a.version > b.version ? a : b)),
  );
  const current = last.filter(({ method }) => method !== 'DELETE');
  const types = [...new Set(stored.map(typeOf))];
  const marks = [...new Set(stored.flatMap(({ mark }) => mark ?? []))];
  return types.flatMap((type) => {
    const ofType = current.filter((one) => typeOf(one) === type);
    const entryMarks = stored.filter((one) => typeOf(one) === type).flatMap(({ resource }) => identifiedIn(resource, entrySystem) ?? []);
    return [
      { query: type, expected: ofType.map(({ instance }) => instance) },
      { query: `${type}?identifier=${markSystem}|`, expected: ofType.map(({ instance }) => instance) },
      ...marks.map((mark) => by(ofType, `${type}?identifier=${markSystem}|`, [mark], (one) => one.mark)),
      ...portions(entryMarks).map((some) =>
        by(
          ofType,
          `${type}?identifier=`,
          some.map((one) => `${entrySystem}|${one}`),
          entryOf,
        ),
      ),
      ...(type === 'Patient' ? marks.map((mark) => by(ofType, 'Patient?family:exact=', [mark], familyOf)) : []),
      ...(type === 'Observation'
        ? portions([...new Set(ofType.map(subjectOf))]).map((some) => by(ofType, 'Observation?subject=', some, subjectOf))
        : []),
    ];
  });
}

function by(all: readonly Stored[], query: string, values: readonly string[], valueIn: (one: Stored) => string | undefined): Search {
  const wanted = new Set<string | undefined>(values);
  return { query: query + values.join(','), expected: all.filter((one) => wanted.has(valueIn(one))).map(({ instance }) => instance) };
}

const typeOf = ({ instance }: Stored) => instance.slice(0, instance.indexOf('/'));
const entryOf = ({ resource }: Stored) => `${entrySystem}|${identifiedIn(resource, entrySystem)}`;
const familyOf = ({ resource }: Stored) => (resource as { readonly name?: readonly { readonly family: string }[] }).name?.[0]?.family;
const subjectOf = ({ resource }: Stored) => (resource as { readonly subject: { readonly reference: string } }).subject.reference;

function portions<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, nth) => all.slice(nth * AT_ONCE, (nth + 1) * AT_ONCE));
}

/** `Patient/1` of everything that is found, page by page. */
async function searched(url: string): Promise<readonly string[]> {
  const found: string[] = [];
  let next: string | undefined = `${url}${url.includes('?') ? '&' : '?'}_count=1000&_elements=id`;
  while (next !== undefined) {
    const answer: Response = await fetch(next);
    if (answer.status !== 200) throw new Error(`${next} was answered with ${answer.status}: ${await answer.text()}`);
    const { entry = [], link } = (await answer.json()) as Searchset;
    found.push(...entry.map(({ fullUrl }) => fullUrl.slice(fullUrl.indexOf('/fhir/') + '/fhir/'.length)));
    next = link?.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}
