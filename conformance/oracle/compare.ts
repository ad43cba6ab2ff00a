/** Two lists of errors of one resource: the same verdict, the same places? */
import { type Differences, explained } from './differences.js';
import type { Input } from './inputs.js';
import type { Errors } from './verdict.js';

export interface Compared {
  readonly input: Input;
  /** As HL7's validator said it. */
  readonly told: Errors;
  /** The same, spelled as we do. */
  readonly hl7: Errors;
  readonly own: Errors;
  /** The kinds of difference that were met. */
  readonly kinds: ReadonlySet<string>;
  readonly raw: Agreement;
  /** Without the errors of which the list says that R4 is on our side, or leaves it open. */
  readonly judged: Agreement;
  /** What stands at one side alone and in no listed kind. */
  readonly left: { readonly hl7: Errors; readonly own: Errors };
}

export interface Agreement {
  readonly verdict: boolean;
  /** Of those that both refuse: the same set of places. */
  readonly places: boolean | undefined;
}

export function compare(input: Input, told: Errors, own: Errors, differences: Differences): Compared {
  const hl7 = respelled(told, own);
  const [onlyHl7, onlyOwn] = [without(hl7, own), without(own, hl7)];
  const { kinds, left, excused } = explained(onlyHl7, onlyOwn, hl7.length > 0 && own.length > 0, differences);
  const counts = { hl7: hl7.filter((one) => !excused.has(one)), own: own.filter((one) => !excused.has(one)) };
  const [raw, judged] = [agreement(hl7, own), agreement(counts.hl7, counts.own)];
  // Both refuse it, if for what does not count: that is one verdict.
  return { input, told, hl7, own, kinds, raw, judged: { ...judged, verdict: raw.verdict || judged.verdict }, left };
}

/** Those whose place the others do not name. */
function without(errors: Errors, others: Errors): Errors {
  const places = new Set(others.map(({ place }) => place));
  return errors.filter(({ place }) => !places.has(place));
}

function agreement(hl7: Errors, own: Errors): Agreement {
  const verdict = hl7.length > 0 === own.length > 0;
  if (hl7.length === 0 || own.length === 0) return { verdict, places: undefined };
  return { verdict, places: without(hl7, own).length === 0 && without(own, hl7).length === 0 };
}

/**
 * What is wrong with the JSON itself HL7's parser tells before it knows types, and so spells a choice `value[x]`, which is no FHIRPath:
 * it stands for our `value.ofType(Quantity)`. Beside the index of an extension it sometimes puts the url.
 */
function respelled(hl7: Errors, own: Errors): Errors {
  return hl7.map((one) => {
    const place = one.place.replaceAll(/\[x\]|\[url='[^']*'\]/g, '');
    if (place === one.place) return one;
    return { ...one, place: own.find((other) => other.place.replaceAll(/\.ofType\(\w+\)/g, '') === place)?.place ?? place };
  });
}
