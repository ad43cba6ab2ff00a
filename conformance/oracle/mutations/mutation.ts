/** One way to break a resource. */
import type { Place, Subject } from '../places.js';
import { put, type Value } from '../places.js';
import type { Random } from '../random.js';

export interface Mutation {
  /** `reference/wrong-type` */
  readonly name: string;
  /** Changes the subject's resource and says what was done; undefined where it finds nothing to change. */
  readonly apply: (subject: Subject, random: Random) => string | undefined;
}

/** A mutation of one place among those that fit; `change` may refuse by giving undefined. */
export function atPlace(
  name: string,
  fits: (place: Place, subject: Subject) => boolean,
  change: (place: Place, random: Random, subject: Subject) => string | undefined,
): Mutation {
  return {
    name,
    apply(subject, random) {
      const place = random.choose(subject.places.filter((one) => fits(one, subject)));
      if (place === undefined) return undefined;
      const done = change(place, random, subject);
      return done === undefined ? undefined : `${place.path}: ${done}`;
    },
  };
}

/** Puts one of some values where the place fits. */
export function valueAt(name: string, fits: (place: Place, subject: Subject) => boolean, values: readonly Value[]): Mutation {
  return atPlace(name, fits, (place, random) => {
    const value = random.choose(values);
    if (value === undefined) return undefined;
    put(place, value);
    return `becomes ${JSON.stringify(value)?.slice(0, 80)}`;
  });
}

export function isOfType(...types: readonly string[]): (place: Place) => boolean {
  return ({ property }) => types.includes(property.type);
}
