/** Finds concepts by words in any code content: in its own keys, or in keys that are made when they are first needed and kept while there is room. */
import { wholly } from '../model/in-steps.js';
import type { CodeContent, Concept, ConceptMatches, IsWanted } from './code-system.js';
import { makeTextKeys, type TextKeys } from './text-keys.js';
import { searchKeys } from './text-search.js';
import type { Words } from './words.js';

interface Keyed {
  readonly keys: TextKeys;
  readonly concepts: readonly Concept[];
}

/** What holds concepts that have no keys of their own. */
export interface Listing {
  concepts(): Iterable<Concept>;
}

/** Bytes of keys that are kept, of all code systems together; those made first go first. */
const MOST = 64 * 1024 * 1024;

const kept = new WeakMap<Listing, Keyed>();
/** Of code systems that are gone the reference is empty. */
const made: { readonly of: WeakRef<Listing>; readonly bytes: number }[] = [];

type Searchable = Listing & Pick<CodeContent, 'search'>;

export function searchConcepts(content: Searchable, words: Words, isWanted?: IsWanted): ConceptMatches {
  if (content.search !== undefined) return content.search(words, isWanted);
  const { keys, concepts } = kept.get(content) ?? wholly(keep(content));
  return searchKeys(keys, words, (place) => concepts[place], isWanted);
}

/** Makes the keys in steps, where they are not there yet: of a large code system that takes a while. */
export function* readyToSearch(content: Searchable): Generator<undefined, void> {
  if (content.search === undefined && !kept.has(content)) yield* keep(content);
}

function* keep(content: Listing): Generator<undefined, Keyed> {
  const concepts = [...content.concepts()];
  const keyed = { concepts, keys: yield* makeTextKeys(concepts) };
  kept.set(content, keyed);
  made.push({ of: new WeakRef(content), bytes: sizeOf(keyed.keys) });
  let bytes = made.reduce((sum, one) => sum + one.bytes, 0);
  for (let [first] = made; first !== undefined && bytes > MOST && made.length > 1; [first] = made) {
    const gone = first.of.deref();
    if (gone !== undefined) kept.delete(gone);
    bytes -= first.bytes;
    made.shift();
  }
  return keyed;
}

function sizeOf({ codes, texts, sounds, initials, syllables }: TextKeys): number {
  return [codes, texts, sounds, initials].reduce((sum, { bytes, ends }) => sum + bytes.length + ends.byteLength, syllables.length);
}
