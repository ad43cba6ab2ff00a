/**
 * Concepts by what they are called, whole: a display, a designation, or the code in whatever case. Found at once, however many there are.
 * Source: R4 codesystem-definitions.html#CodeSystem.concept
 */
import { foldOnce } from '../model/fold.js';
import type { CodeContent, Concept } from './code-system.js';
import { plainWords } from './displays.js';
import { type FindField, indexFields } from './field-index.js';
import { codeKey, type TextKeys } from './text-keys.js';

/** Of a code system that has more, and no index of its own, nothing is told: to go through it would hold up everybody. */
const MOST = 20_000;

/** Beyond these even the index would take too long to make. */
const MOST_WITH_KEYS = 300_000;

/** Two are as good as more: neither is the one that is meant. */
const ENOUGH = 2;

type ByName = ReadonlyMap<string, readonly Concept[]>;

const kept = new WeakMap<CodeContent, ByName>();

/** No more than the first few; some may go by the text in another form. */
export function calledIn(content: CodeContent, text: string): readonly Concept[] {
  const { added, keys } = content;
  if (added !== undefined) {
    const found = [added.to, ...added.by].flatMap((one) => calledIn(one, text));
    return found.flatMap(({ code }) => content.find(code) ?? []);
  }
  if (keys !== undefined) return content.size > MOST_WITH_KEYS ? [] : placesOf(keys, text).flatMap((place) => content.at?.(place) ?? []);
  if (content.size === 0 || content.size > MOST) return [];
  const names = kept.get(content) ?? namesOf(content);
  kept.set(content, names);
  return [...(names.get(plainWords(text)) ?? []), ...(names.get(codeName(text)) ?? [])];
}

/** Made when something is first looked for that is no code. */
const indexes = new WeakMap<TextKeys, { readonly texts: FindField; readonly codes: FindField }>();

function placesOf(keys: TextKeys, text: string): readonly number[] {
  const index = indexes.get(keys) ?? { texts: indexFields(keys.texts), codes: indexFields(keys.codes) };
  indexes.set(keys, index);
  return [...index.codes(codeKey(text)), ...index.texts(foldOnce(text))];
}

function namesOf(content: CodeContent): ByName {
  const names = new Map<string, Concept[]>();
  const add = (name: string, concept: Concept) => {
    const before = names.get(name);
    if (before === undefined) names.set(name, [concept]);
    else if (before.length < ENOUGH && !before.includes(concept)) before.push(concept);
  };
  for (const concept of content.concepts()) {
    add(codeName(concept.code), concept);
    for (const text of [concept.display, ...(concept.designation ?? []).map(({ value }) => value)]) {
      if (typeof text === 'string') add(plainWords(text), concept);
    }
  }
  return names;
}

/** Apart from displays. */
function codeName(code: string): string {
  return `\n${codeKey(code.trim())}`;
}
