/**
 * Language tags: their grammar, and that each subtag is one of IANA's registry. The registry is read when the first tag comes.
 * Source: BCP 47 (RFC 5646 section 2.1, 2.2.9 "valid")
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const grammar = new RegExp(
  [
    '^(?:(?:([a-z]{2,3})((?:-[a-z]{3}){0,3})|[a-z]{4}|([a-z]{5,8}))', // language
    '(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?', // script, region
    '((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)', // variants
    '(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*', // extensions
    '(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)$', // private use
  ].join(''),
);

type Kind = 'language' | 'extlang' | 'script' | 'region' | 'variant' | 'grandfathered';

/** Longer than any tag; the grammar is not tried on more. */
const MAX_LENGTH = 200;

export function isLanguageTag(code: string): boolean {
  const tag = code.toLowerCase();
  if (tag.length > MAX_LENGTH) return false;
  if (subtags('grandfathered').has(tag)) return true;
  const parts = grammar.exec(tag);
  if (parts === null) return false;
  const [, short, extended = '', long, script, region, variants = ''] = parts;
  return (
    isOne('language', short ?? long) &&
    isOne('script', script) &&
    isOne('region', region) &&
    split(extended).every((one) => isOne('extlang', one)) &&
    split(variants).every((one) => isOne('variant', one))
  );
}

function split(text: string): readonly string[] {
  return text === '' ? [] : text.slice(1).split('-');
}

function isOne(kind: Kind, subtag: string | undefined): boolean {
  return subtag === undefined || subtags(kind).has(subtag) || isForPrivateUse(kind, subtag);
}

/** Which the registry gives as ranges, `qaa..qtz`. */
function isForPrivateUse(kind: Kind, subtag: string): boolean {
  if (kind === 'language') return /^q[a-t][a-z]$/.test(subtag);
  if (kind === 'script') return /^qa(?:a[a-z]|b[a-x])$/.test(subtag);
  return kind === 'region' && /^(?:q[m-z]|x[a-z])$/.test(subtag);
}

const known = new Map<Kind, ReadonlySet<string>>();

function subtags(kind: Kind): ReadonlySet<string> {
  const before = known.get(kind);
  if (before !== undefined) return before;
  const file = createRequire(import.meta.url).resolve(`language-subtag-registry/data/json/${kind}.json`);
  const table = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, number>>;
  const found = new Set(Object.keys(table).map((subtag) => subtag.toLowerCase()));
  known.set(kind, found);
  return found;
}
