/** Where in a JSON text the elements stand that paths of FHIRPath lead to. The text is known to be JSON. Source: R4 json.html#primitive */
import type { Search } from './sent.js';
import { asOnly, byItem, Found, throughProperty, type Want } from './wanted.js';

/** Characters read at once: a few milliseconds of work. */
const STEP = 256 * 1024;

export function* findInJson(text: string, search: Search): Generator<undefined, readonly number[]> {
  const scan = new Scan(text, search);
  for (let until = search.from + STEP; !scan.read(until); until = scan.position + STEP) yield;
  return scan.found.offsets;
}

/** An object or array that is open. */
interface Open {
  /** What is looked for in an object. */
  readonly wants: readonly Want[];
  /** What is looked for in each item; undefined: it is an object. */
  readonly items: ReadonlyMap<number, readonly Want[]> | undefined;
  index: number;
  /** The items are entries of the Bundle that is looked through. */
  readonly entries: boolean;
}

const nothing: ReadonlyMap<number, readonly Want[]> = new Map();

class Scan {
  readonly found: Found;
  position: number;
  private readonly open: Open[] = [];
  /** What is looked for in the value that comes next. */
  private wants: readonly Want[];
  private key = '';

  constructor(
    private readonly text: string,
    private readonly search: Search,
  ) {
    this.position = this.begin();
    this.found = new Found(search.paths, this.position);
    this.wants = this.found.start();
  }

  private begin(): number {
    let at = this.search.from;
    while (/[\s\ufeff]/.test(this.text.charAt(at))) at++;
    return at;
  }

  /** Reads until the value that was begun with is complete (true), or `until` has been passed. */
  read(until: number): boolean {
    while (this.position < this.text.length) {
      if (this.position >= until) return false;
      if (this.next()) return true;
    }
    return true;
  }

  /** One token; true when the whole value has ended with it. */
  private next(): boolean {
    const code = this.text.charCodeAt(this.position);
    switch (code) {
      case 0x7b:
        this.enter({ wants: asOnly(this.wants), items: undefined, index: 0, entries: false });
        return false;
      case 0x5b:
        this.enterArray();
        return false;
      case 0x7d:
      case 0x5d:
        this.position++;
        this.open.pop();
        return this.open.length === 0;
      case 0x2c:
        this.position++;
        this.nextItem();
        return false;
      case 0x22:
        return this.string();
      default:
        this.position++;
        return false;
    }
  }

  private enter(open: Open): void {
    this.open.push(open);
    this.position++;
  }

  private enterArray(): void {
    const { wants, search } = this;
    const entries = search.onEntry !== undefined && this.open.length === 1 && this.key === 'entry';
    this.enter({ wants, items: wants.length === 0 ? nothing : byItem(wants), index: -1, entries });
    this.nextItem();
  }

  /** Behind `[` and `,`; in an object there is nothing to count. */
  private nextItem(): void {
    const open = this.open.at(-1);
    if (open?.items === undefined) return;
    open.index++;
    this.wants = open.items.get(open.index) ?? [];
    if (this.wants.length === 0 && !open.entries) return;
    this.space();
    if (open.entries && this.text.charCodeAt(this.position) !== 0x5d) this.search.onEntry?.(open.index, this.position);
    this.found.note(this.wants, this.position);
  }

  /** A name with its colon, or a value: true when it is all there is. */
  private string(): boolean {
    const start = this.position;
    const end = this.endOfString();
    this.position = end;
    const open = this.open.at(-1);
    if (open === undefined) return true;
    if (open.items !== undefined) return false;
    this.space();
    if (this.text.charCodeAt(this.position) !== 0x3a) return false;
    this.name(open, start, end);
    this.position++;
    return false;
  }

  private name({ wants }: Open, start: number, behind: number): void {
    if (wants.length === 0 && this.open.length > 1) {
      this.wants = wants;
      return;
    }
    const key = JSON.parse(this.text.slice(start, behind)) as string;
    const beside = key.startsWith('_');
    this.key = key;
    // `_birthDate` counts as `birthDate`, and as itself where there is no such element.
    const itself = throughProperty(wants, key);
    const through = beside ? throughProperty(wants, key.slice(1)) : itself;
    this.wants = through;
    this.found.note(through, start, !beside);
    if (beside) this.found.note(itself, start);
  }

  private endOfString(): number {
    const { text } = this;
    for (let end = text.indexOf('"', this.position + 1); end >= 0; end = text.indexOf('"', end + 1)) {
      let escapes = 0;
      while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
      if (escapes % 2 === 0) return end + 1;
    }
    return text.length;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position++;
    }
  }
}
