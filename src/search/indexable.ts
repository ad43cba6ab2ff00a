/** Which types of values a search parameter of each kind can be made of. Source: R4 search.html#table */
import type { TypeModel } from '../definitions/definitions.js';
import type { ParameterKind } from './registry.js';

const uris = ['uri', 'url', 'canonical', 'oid', 'uuid'];
const texts = ['string', 'markdown', 'code', 'id'];
const numbers = ['decimal', 'integer', 'positiveInt', 'unsignedInt'];

const valueTypes: Readonly<Partial<Record<ParameterKind, ReadonlySet<string>>>> = {
  date: new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']),
  number: new Set([...numbers, 'Range']),
  quantity: new Set(['Quantity', 'Money', 'Range', 'SampledData', ...numbers]),
  reference: new Set(['Reference', 'Resource', ...uris]),
  string: new Set([...texts, ...uris, 'HumanName', 'Address', 'CodeableConcept']),
  token: new Set([...texts, ...uris, ...numbers, 'boolean', 'Coding', 'CodeableConcept', 'Identifier', 'ContactPoint']),
  uri: new Set(uris),
};

/** Of an extension its value is meant, whatever that is; of what FHIRPath works out, only the data can tell. */
export function indexable(model: TypeModel, kind: ParameterKind, type: string): boolean {
  if (type === 'Extension' || type.startsWith('System.')) return true;
  const types = valueTypes[kind];
  for (let one: string | undefined = type; one !== undefined && types !== undefined; one = model.baseOf(one)) {
    if (types.has(one)) return true;
    // What is built on a string or an integer may be less than that: a code is no text to be read.
    if (model.kind(one) === 'primitive') return false;
  }
  return false;
}
