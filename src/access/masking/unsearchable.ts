/**
 * By what nobody may search or sort who is not shown it: what is found, and how many, would tell what is covered. Dates that are shown to the
 * year may be asked for by the year. Source: R4 search.html; GB/T 37964-2019
 */
import { type Mask, type Masks, maskOfText } from './kinds.js';

/** Of a search parameter, as search has worked it out. */
export interface Searched {
  /** The type of resources. */
  readonly base: string;
  readonly code: string;
  readonly kind: string;
  readonly expression?: string;
  readonly elements: readonly { readonly type: string; readonly owner: string; readonly element: string }[] | undefined;
  readonly words?: true;
  readonly composite?: { readonly components: readonly { readonly parameter: Searched }[] };
}

/** `years`: only whole years may be asked for, and nothing can be sorted by it. */
export type Hidden = 'always' | 'years' | undefined;

const maskOfType: Readonly<Record<string, Mask>> = {
  HumanName: 'name',
  Identifier: 'identifier',
  ContactPoint: 'telecom',
  Address: 'address',
  Attachment: 'attachment',
  Narrative: 'narrative',
  Annotation: 'freeText',
};
/** Parts of an address that are shown. */
const shownParts: ReadonlySet<string> = new Set(['use', 'type', 'state', 'country']);
const shownInPart: ReadonlySet<string> = new Set([...shownParts, 'city', 'district']);
const native: ReadonlySet<string> = new Set(['_id', '_lastUpdated']);

/** `isOfRecord`: whether resources of a type tell of persons, and are not the same for all. */
export function hiddenBy(
  masks: Masks,
  isOfRecord: (type: string) => boolean,
  { base, code, kind, expression = '', elements, words, composite }: Searched,
): Hidden {
  if (masks.size === 0 || native.has(code)) return undefined;
  if (words || asksMore(expression)) return 'always';
  const parts = composite?.components.map(({ parameter }) => hiddenBy(masks, isOfRecord, parameter)) ?? [];
  if (parts.some((one) => one !== undefined)) return 'always';
  if (composite !== undefined) return undefined;
  // What an expression leads to that is no path cannot be told.
  if (elements === undefined) return kind === 'special' || kind === 'reference' ? undefined : 'always';
  const found = elements.map((one) => hiddenElement(masks, isOfRecord(base), one));
  return found.find((one) => one === 'always') ?? found.find((one) => one !== undefined);
}

/** Whether it chooses by something else than what kind of value it has: that could be covered, and it is not what is found. */
function asksMore(expression: string): boolean {
  return expression.replaceAll(ofAKind, '').includes('where(');
}

const ofAKind = /\.where\(\s*(?:resolve\(\) is \w+|(?:url|system|type|use)\s*=\s*'[^']*')\s*\)/g;

function hiddenElement(masks: Masks, isRecord: boolean, { type, owner, element }: NonNullable<Searched['elements']>[number]): Hidden {
  const isHidden = (of: string) => Object.hasOwn(maskOfType, of) && masks.has(maskOfType[of] as Mask);
  if (isHidden(type)) return 'always';
  if (isHidden(owner)) {
    const shown = masks.has('whole') ? shownParts : shownInPart;
    return owner === 'Address'
      ? shown.has(element)
        ? undefined
        : 'always'
      : owner === 'Identifier' && element !== 'value'
        ? undefined
        : 'always';
  }
  const mask = type === 'string' ? maskOfText.get(`${owner}.${element}`) : undefined;
  if (mask !== undefined && masks.has(mask)) return 'always';
  if (masks.has('birthDate') && element === 'birthDate') return 'years';
  if (!isRecord) return undefined;
  if (masks.has('dates') && dated.has(type) && owner !== 'Meta') return 'years';
  return masks.has('freeText') && (type === 'string' || type === 'markdown') ? 'always' : undefined;
}

const dated: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']);

/** Modifiers that look at the words beside a code, and at the number beside a reference. */
export function isHiddenModifier(masks: Masks, modifier: string): boolean {
  return (modifier === 'text' && masks.has('freeText')) || (modifier === 'identifier' && masks.has('identifier'));
}

/** 2024, ge2024 */
export function isYear(value: string): boolean {
  return /^(?:eq|ne|gt|lt|ge|le|sa|eb)?\d{4}$/.test(value);
}
