/** Where in an XML text the elements stand that paths of FHIRPath lead to. The text is known to be FHIR's XML. Source: R4 xml.html */
import type { Search } from '../model/sent.js';
import { byItem, Found, throughProperty, type Want } from '../model/wanted.js';

/** Tags read at once: a few milliseconds of work. */
const STEP = 5000;

/** An element that is open, with how often each name has stood in it so far. */
interface Open {
  readonly wants: readonly Want[];
  readonly counts: Map<string, number>;
}

export function* findInXml(text: string, search: Search): Generator<undefined, readonly number[]> {
  const start = firstElement(text, search.from);
  const found = new Found(search.paths, start);
  const open: Open[] = [];
  let tags = 0;
  for (let at = start; at >= 0 && at < text.length; ) {
    if (++tags % STEP === 0) yield;
    const end = endOfMarkup(text, at);
    const kind = text.charCodeAt(at + 1);
    if (kind === 0x2f) {
      open.pop();
    } else if (kind !== 0x21 && kind !== 0x3f) {
      const begun = openElement(nameAt(text, at), at, { open, found, search });
      if (text.charCodeAt(end - 2) !== 0x2f) open.push(begun);
    }
    if (open.length === 0) break;
    at = text.indexOf('<', end);
  }
  return found.offsets;
}

interface State {
  readonly open: readonly Open[];
  readonly found: Found;
  readonly search: Search;
}

function openElement(name: string, at: number, { open, found, search }: State): Open {
  const parent = open.at(-1);
  const counts = new Map<string, number>();
  if (parent === undefined) return { wants: found.start(), counts };
  // The element of a resource inside `contained` or `resource` is no step of a path.
  if (/^[A-Z]/.test(name)) return { wants: parent.wants, counts };
  const index = parent.counts.get(name) ?? 0;
  parent.counts.set(name, index + 1);
  if (open.length === 1 && name === 'entry') search.onEntry?.(index, at);
  const through = throughProperty(parent.wants, name);
  if (through.length === 0) return { wants: through, counts };
  const wants = [...(index === 0 ? through.filter(({ rest }) => !rest.startsWith('[')) : []), ...(byItem(through).get(index) ?? [])];
  if (index === 0) found.note(through, at);
  found.note(wants, at);
  return { wants, counts };
}

function firstElement(text: string, from: number): number {
  for (let at = text.indexOf('<', from); at >= 0; at = text.indexOf('<', endOfMarkup(text, at))) {
    if (/[^!?/]/.test(text.charAt(at + 1))) return at;
  }
  return from;
}

const sections: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/** Behind the tag, comment, section or instruction that begins here. */
function endOfMarkup(text: string, at: number): number {
  for (const [start, end] of sections) if (text.startsWith(start, at)) return behind(text, end, at);
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3e) return i + 1;
    if (code === 0x22 || code === 0x27) i = text.indexOf(text.charAt(i), i + 1);
    if (i < 0) break;
  }
  return text.length;
}

function behind(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + end.length;
}

/** Without a prefix. */
function nameAt(text: string, at: number): string {
  let end = at + 1;
  while (end < text.length && !/[\s/>]/.test(text.charAt(end))) end++;
  const name = text.slice(at + 1, end);
  return name.slice(name.indexOf(':') + 1);
}
