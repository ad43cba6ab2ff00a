/** All functions by name; each file is a section of the specification. */
import type { FunctionTable } from '../evaluation.js';
import { aggregates } from './aggregates.js';
import { boundaries } from './boundaries.js';
import { combining } from './combining.js';
import { conversion } from './conversion.js';
import { existence } from './existence.js';
import { fhir } from './fhir.js';
import { filtering } from './filtering.js';
import { math } from './math.js';
import { strings } from './strings.js';
import { subsetting } from './subsetting.js';
import { tree } from './tree.js';
import { utility } from './utility.js';

const functions: FunctionTable = {
  ...existence,
  ...filtering,
  ...subsetting,
  ...combining,
  ...conversion,
  ...strings,
  ...math,
  ...tree,
  ...utility,
  ...aggregates,
  ...boundaries,
  ...fhir,
};

export function functionNamed(name: string) {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
