/**
 * What the entries of a parameter are made by, as a short text: its definition and the version of our own making of keys. What is
 * kept of it beside a store tells which parameters that store has to be indexed by anew.
 */
import { createHash } from 'node:crypto';
import { consentRulesVersion } from '../access/consent/rule-keys.js';
import type { Slots } from './layout.js';
import { containedKey, localReferencesOf, localReferencesParam, type Parameter, type ParameterKind, type Registry } from './registry.js';

/** Raised by one where other entries, or sort values, come of the same resource than before. */
const versions: Readonly<Record<ParameterKind, number>> = {
  composite: 1,
  date: 2,
  number: 1,
  quantity: 1,
  reference: 3,
  special: 1,
  string: 3,
  token: 3,
  uri: 1,
};

/** Of what makes rows of the resources inside of others. */
const containedVersion = 1;

/** Code of a parameter → what its entries are made by. */
export type Keys = Readonly<Record<string, string>>;

export function keysOf(registry: Registry, slots: Slots, type: string, timezone: string): Keys {
  const ofType = slots(type);
  const keys = Object.fromEntries(
    registry.indexed(type).map((parameter) => {
      const sorts = ofType.filter((slot) => slot.parameter.code === parameter.code).map(({ slot, end }) => `${slot} ${end}`);
      if (parameter.rules) return [parameter.code, digest([made(parameter), consentRulesVersion, timezone])];
      return [parameter.code, digest([made(parameter), sorts, isTimed(parameter) ? timezone : ''])];
    }),
  );
  return { ...keys, [containedKey]: digest([containedVersion]) };
}

/** The same where it is kept too what resources refer to. */
export function withLocalReferences(type: string, keys: Keys): Keys {
  return { ...keys, [localReferencesParam]: digest([made(localReferencesOf(type)), [], '']) };
}

type Made = readonly [kind: ParameterKind, version: number, expression: string, components: readonly (readonly [Made, string])[]];

function made({ kind, expression = '', composite }: Parameter): Made {
  const components = composite?.components ?? [];
  return [kind, versions[kind], expression, components.map((one) => [made(one.parameter), one.expression])];
}

/** Dates without a zone stand in that of the server. */
function isTimed({ kind, composite }: Parameter): boolean {
  return kind === 'date' || (composite?.components.some(({ parameter }) => isTimed(parameter)) ?? false);
}

function digest(of: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 8);
}
