/**
 * By what each type can be sorted: a few slots chosen by rule from the definitions. Dates that can repeat or span time have one
 * slot for each direction, because R4 sorts by the value that comes first in the order asked for. Strings that repeat (names)
 * are sorted by their lowest value in both directions, which halves what every write must keep.
 * Source: R4 search.html#sort
 */
import type { Layout } from '../store/port.js';
import type { Parameter, Registry } from './registry.js';

export interface Slot {
  readonly slot: string;
  readonly parameter: Parameter;
  /** The lowest or the highest of the values; ranges by their low or high end. */
  readonly end: 'low' | 'high';
}

const MAX_SLOTS = 6;

/** Codes that people sort by, wherever a type has them, the most wanted first. */
const wanted = [
  'date',
  'birthdate',
  'period',
  'authored',
  'authoredon',
  'recorded-date',
  'onset-date',
  'started',
  'issued',
  'created',
  'sent',
  'family',
  'given',
  'name',
  'title',
  'status',
  'value-quantity',
  'code',
  'gender',
  'url',
];
const kinds: readonly string[] = ['date', 'string', 'number', 'quantity'];
const points: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant']);

export type Slots = (type: string) => readonly Slot[];

/** The slots of each type, most wanted first. */
export function createSlots(registry: Registry): Slots {
  const byType = new Map<string, readonly Slot[]>();
  return (type) => {
    const known = byType.get(type) ?? chooseSlots(registry, type);
    byType.set(type, known);
    return known;
  };
}

function chooseSlots(registry: Registry, type: string): readonly Slot[] {
  const chosen: Slot[] = [];
  for (const parameter of registry.indexed(type).filter(sortable).sort(byWish)) {
    const slots = slotsFor(parameter);
    if (chosen.length + slots.length <= MAX_SLOTS) chosen.push(...slots);
  }
  return chosen;
}

export function createLayout(slots: Slots, types: readonly string[]): Layout {
  return { types: Object.fromEntries(types.map((type) => [type, { sorts: slots(type).map(({ slot }) => slot) }])) };
}

function sortable(parameter: Parameter): boolean {
  const { kind, code } = parameter;
  if (code.startsWith('_') || !(kinds.includes(kind) || wanted.includes(code))) return false;
  const { elements } = parameter;
  if (elements === undefined || elements.length === 0) return false;
  if (kind === 'date') return true;
  // Nobody sorts people by a part of one of their addresses.
  if (kind === 'string') return !elements.some(({ type, owner }) => type === 'Address' || owner === 'Address');
  if (elements.some(({ many }) => many)) return false;
  return kind === 'number' || kind === 'quantity' || ((kind === 'token' || kind === 'uri') && wanted.includes(code));
}

function byWish(a: Parameter, b: Parameter): number {
  return wish(a) - wish(b) || (a.code < b.code ? -1 : 1);
}

function wish({ code, kind }: Parameter): number {
  const place = wanted.indexOf(code);
  return place >= 0 ? place : wanted.length + kinds.indexOf(kind);
}

function slotsFor(parameter: Parameter): readonly Slot[] {
  const { code, kind, elements = [] } = parameter;
  const single = kind !== 'date' || (elements.length === 1 && elements.every(({ type, many }) => !many && points.has(type)));
  if (single) return [{ slot: code, parameter, end: 'low' }];
  return [
    { slot: `${code}:low`, parameter, end: 'low' },
    { slot: `${code}:high`, parameter, end: 'high' },
  ];
}
