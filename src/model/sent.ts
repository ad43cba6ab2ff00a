/**
 * The text a client sent, asked afterwards where in it something stands: only what is wrong is looked for, so what is right costs
 * nothing. Source: R4 operationoutcome-definitions.html#OperationOutcome.issue.expression
 */
import { inSteps } from './in-steps.js';
import { isObject, type Json } from './json.js';
import { FhirError, type Issue } from './outcome.js';

export interface Sent {
  /** What was wrong with the text and is not to be seen in the resource that was read from it, as seen from a resource of this type. */
  faults(type: string): readonly Issue[];
  /** The issues with line and column of what their expression leads to, or of the nearest thing around it that was sent. */
  locate(issues: readonly Issue[]): Promise<readonly Issue[]>;
  /** The same for a resource inside, whose expressions begin at `place`: `.parameter[0].resource`. */
  within(place: string): Sent;
}

export interface Search {
  /** Paths as FHIRPath spells them, from what stands at `from`: `.name[0].given[1]`. */
  readonly paths: readonly string[];
  /** An offset in the text. */
  readonly from: number;
  /** Told of the items of `entry` in what stands at `from`. */
  readonly onEntry?: (index: number, at: number) => void;
}

/** Offsets of what the paths lead to, or of what is nearest around it. */
export type Find = (text: string, search: Search) => Generator<undefined, readonly number[]>;

/** `read` gives the whole text, in steps; it has been parsed before, with these faults. */
export function createSent(read: () => Generator<undefined, string>, find: Find, faults: readonly Issue[] = []): Sent {
  let opened: Promise<Opened> | undefined;
  const open = (): Promise<Opened> => {
    opened ??= inSteps(opening(read, find));
    return opened;
  };
  const at = (place: string): Sent => ({
    faults: (type) => faultsWithin(faults, place, type),
    async locate(issues) {
      const wanted = issues.filter(isToLocate);
      if (wanted.length === 0) return faults.length === 0 ? issues : inOrder(issues);
      const text = await open();
      const paths = wanted.map(({ expression = '', culprit = expression }) => place + pathOf(culprit));
      const offsets = await inSteps(offsetsIn(text, paths, find));
      const places = new Map(wanted.map((issue, i) => [issue, positionIn(text.lines, offsets[i] ?? 0)]));
      const placed = issues.map((issue) => ({ ...issue, ...places.get(issue) }));
      return faults.length === 0 ? placed : inOrder(placed);
    },
    within: (inner) => at(place + inner),
  });
  return at('');
}

/** Throws FhirError 400 with all that was wrong with the text: for those who do not validate what they take. */
export function refuseFaults({ sent, body }: { readonly sent?: Sent; readonly body?: Json }): void {
  const type = isObject(body) && typeof body.resourceType === 'string' ? body.resourceType : 'Resource';
  const faults = sent?.faults(type) ?? [];
  if (faults.length > 0) throw new FhirError(faults);
}

/** What the validator found beside the faults of the text. Where something was passed over, that nothing is left is no news. */
export function withFaults(faults: readonly Issue[], found: readonly Issue[]): readonly Issue[] {
  if (faults.length === 0) return found;
  const places = new Set(faults.map(({ expression }) => expression));
  return [...faults, ...found.filter(({ message: { id }, expression }) => !(saysEmpty.has(id) && places.has(expression)))];
}

const saysEmpty: ReadonlySet<string> = new Set(['empty-object']);

function faultsWithin(faults: readonly Issue[], place: string, type: string): readonly Issue[] {
  return faults.flatMap((issue) => {
    const path = pathOf(issue.expression ?? '');
    const isWithin = path.startsWith(place) && (path.length === place.length || /[.[]/.test(path.charAt(place.length)));
    return isWithin ? [{ ...issue, expression: type + path.slice(place.length) }] : [];
  });
}

/** Those of the text have their place already; the others are put among them. */
function inOrder(issues: readonly Issue[]): readonly Issue[] {
  const last = Number.MAX_SAFE_INTEGER;
  return [...issues].sort((a, b) => (a.line ?? last) - (b.line ?? last) || (a.column ?? last) - (b.column ?? last));
}

interface Opened {
  readonly text: string;
  /** Where each line begins. */
  readonly lines: readonly number[];
  /** Where each entry of a Bundle begins: many of them may be asked for one by one. */
  readonly entries: readonly number[];
}

const LINES_AT_ONCE = 20_000;

function* opening(read: () => Generator<undefined, string>, find: Find): Generator<undefined, Opened> {
  const text = yield* read();
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines.push(at + 1);
    if (lines.length % LINES_AT_ONCE === 0) yield;
  }
  const entries: number[] = [];
  yield* find(text, { paths: [], from: 0, onEntry: (_index, at) => void entries.push(at) });
  return { text, lines, entries };
}

function isToLocate({ expression, line }: Issue): boolean {
  return line === undefined && expression !== undefined && /^[A-Z]/.test(expression);
}

/** What follows the name of the type. */
function pathOf(expression: string): string {
  return expression.replace(/^[A-Za-z]+/, '');
}

const entryStep = /^\.entry\[(\d+)\]/;

/** Those in one entry of a Bundle are looked for there alone. */
function* offsetsIn({ text, entries }: Opened, paths: readonly string[], find: Find): Generator<undefined, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, path] of paths.entries()) {
    const step = entryStep.exec(path)?.[0] ?? '';
    const group = groups.get(step) ?? [];
    group.push(i);
    groups.set(step, group);
  }
  const offsets: number[] = [];
  for (const [step, group] of groups) {
    const from = entries[Number(entryStep.exec(step)?.[1])];
    const inner = group.map((i) => (paths[i] ?? '').slice(from === undefined ? 0 : step.length));
    const found = yield* find(text, { paths: inner, from: from ?? 0 });
    for (const [n, i] of group.entries()) offsets[i] = found[n] ?? 0;
  }
  return offsets;
}

function positionIn(lines: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}
