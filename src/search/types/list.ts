/** The search types that can be searched. Of the special parameters only `near` is one of them. */
import type { SearchContext } from '../context.js';
import type { Parameter, ParameterKind } from '../registry.js';
import { createCompositeType } from './composite.js';
import { dateType } from './date.js';
import { nearType } from './near.js';
import { numberType } from './number.js';
import { quantityType } from './quantity.js';
import { referenceType } from './reference.js';
import { stringType } from './string.js';
import { tokenType } from './token.js';
import type { SearchType } from './type.js';
import { uriType } from './uri.js';

const types: Partial<Record<ParameterKind, SearchType>> = {
  composite: createCompositeType(searchType),
  date: dateType,
  number: numberType,
  quantity: quantityType,
  reference: referenceType,
  special: nearType,
  string: stringType,
  token: tokenType,
  uri: uriType,
};

export function searchType(kind: ParameterKind): SearchType {
  const type = types[kind];
  if (type === undefined) throw new Error(`No search type for ${kind}: parameters of this kind are refused before`);
  return type;
}

/** Of what the store keeps by itself. */
const nativeModifiers: Readonly<Record<string, readonly string[]>> = { _id: ['not', 'missing'], _lastUpdated: ['missing'] };

/** The modifiers of a parameter, `missing` included. */
export function modifiersOf(parameter: Parameter, context: Pick<SearchContext, 'definitions'>): readonly string[] {
  const own = nativeModifiers[parameter.code];
  if (own !== undefined) return own;
  const type = searchType(parameter.kind);
  return [...(type.modifiersFor?.(parameter, context) ?? type.modifiers), 'missing'];
}
