/** `npm run bench -- fhirpath`: our FHIRPath beside fhirpath.js and `JSON.parse` of the same resource, in one process and in turn. */
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { loadDefinitions } from '../src/definitions/load.js';
import { compileExpression } from '../src/fhirpath/compile.js';
import type { Item } from '../src/fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../src/model/json.js';
import type { Resource } from '../src/model/resource.js';
import { compileCondition } from '../src/validation/condition.js';
import { amount } from './options.js';
import { person } from './people.js';
import { type Column, figure, line, out, titles } from './table.js';
import { inTurn, type Timing } from './validate/in-turn.js';

/** `element`: the type and the path of what it is evaluated on, where that is not the resource. */
interface Case {
  readonly title: string;
  readonly expression: string;
  readonly element?: readonly [type: string, path: string];
  readonly invariant?: boolean;
}

const invariant = (title: string, expression: string, element?: Case['element']): Case => ({ title, expression, element, invariant: true });
const search = (title: string, expression: string): Case => ({ title, expression });

const cases: Readonly<Record<'patient' | 'observation', readonly Case[]>> = {
  patient: [
    invariant('ele-1 on name', 'hasValue() or (children().count() > id.count())', ['HumanName', 'Patient.name']),
    invariant('cpt-2 on telecom', 'value.empty() or system.exists()', ['ContactPoint', 'Patient.telecom']),
    invariant('dom-4', 'contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()'),
    invariant('an identity card', "identifier.where(type.coding.code = 'NNCHN').value.all(matches('^[0-9]{17}[0-9X]$'))"),
    search('name', 'Patient.name'),
    search('family', 'Patient.name.family'),
    search('phone', "Patient.telecom.where(system='phone')"),
    search('deceased', 'Patient.deceased.exists() and Patient.deceased != false'),
    search('general-practitioner', 'Patient.generalPractitioner'),
  ],
  observation: [
    invariant('obs-6', 'dataAbsentReason.empty() or value.empty()'),
    invariant('obs-7', 'value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()'),
    invariant('qty-3 on value', 'code.empty() or system.exists()', ['Quantity', 'Observation.value.ofType(Quantity)']),
    search('code', 'Observation.code'),
    search('patient', 'Observation.subject.where(resolve() is Patient)'),
    search('value-quantity', '(Observation.value as Quantity) | (Observation.value as SampledData)'),
    search('combo-code', 'Observation.code | Observation.component.code'),
  ],
};

const columns: readonly Column[] = [
  { title: '', width: 28 },
  { title: 'engine µs', width: 11 },
  { title: 'as code µs', width: 12 },
  { title: 'fhirpath.js µs', width: 16 },
  { title: 'times ours', width: 12 },
  { title: 'JSON.parse µs', width: 15 },
];

export const fhirpathCommand = (): Command =>
  new Command('fhirpath')
    .description('FHIRPath expressions beside fhirpath.js, compiled, and JSON.parse of the resource they are evaluated on')
    .addOption(amount('--rounds <n>', 'how often each has its turn; the median counts', 5))
    .addOption(amount('--milliseconds <n>', 'length of a turn; three turns go before, to warm up', 100))
    .addHelpText(
      'after',
      `
Both engines must find the same number of items before they are timed. "as code": invariants that the validator runs as plain code;
"times ours": fhirpath.js against the quicker of ours. R4's search parameters that use resolve() get only the type of the target in
both.
`,
    )
    .action(run);

function run(timing: Timing): void {
  const { patient, observations } = person(1);
  out(titles(columns));
  for (const one of cases.patient) compare('Patient', one, patient as unknown as Resource, timing);
  for (const one of cases.observation) compare('Observation', one, observations[0] as unknown as Resource, timing);
}

const definitions = loadDefinitions(fileURLToPath(new URL('../definitions', import.meta.url)));

function compare(type: string, { title, expression, element, invariant: isInvariant }: Case, resource: Resource, timing: Timing): void {
  const focus = focusOf(type, element, resource);
  const name = `${type} ${title}`;
  if (focus === undefined) {
    out(`${name}: the resource has no ${element?.[1]}`);
    return;
  }
  const ours = compileExpression(expression, definitions, { type: focus.type });
  const root = { type, value: resource };
  const environment = { resource: root, rootResource: root };
  const condition = isInvariant === true ? compileCondition(expression, focus.type, definitions) : undefined;
  const theirs = peer(expression, element?.[1]);
  const variables = { resource, rootResource: resource };
  const counts = [ours.evaluate([focus], environment).length, theirs(focus.value, variables).length];
  if (counts[0] !== counts[1]) {
    out(`${name}: invalid: ${counts[0]} items here, ${counts[1]} by fhirpath.js`);
    return;
  }
  const text = JSON.stringify(resource);
  const [engine = 0, other = 0, parse = 0, code] = inTurn(
    [
      () => void ours.evaluate([focus], environment),
      () => void theirs(focus.value, variables),
      () => void JSON.parse(text),
      ...(condition === undefined ? [] : [() => void condition(focus.value, undefined, resource)]),
    ],
    timing,
  );
  const best = Math.min(engine, code ?? engine);
  out(
    line(columns, [
      name,
      figure(engine),
      code === undefined ? '' : figure(code),
      figure(other),
      `${figure(other / best)} ×`,
      figure(parse),
    ]),
  );
}

function focusOf(type: string, element: Case['element'], resource: Resource): Item | undefined {
  const root: Item = { type, value: resource };
  return element === undefined ? root : compileExpression(element[1], definitions).evaluate([root], {})[0];
}

type Peer = (focus: Json | undefined, variables: Readonly<Record<string, unknown>>) => readonly unknown[];

function peer(expression: string, path: string | undefined): Peer {
  const base = path?.replace(/\.ofType\((\w+)\)/, '$1');
  const options = {
    resolveInternalTypes: false,
    userInvocationTable: { resolve: { fn: resolved, arity: { 0: [] }, internalStructures: true } },
  };
  return fhirpath.compile(base === undefined ? expression : { base, expression }, r4, options as never) as unknown as Peer;
}

/** As ours where nobody can fetch: the reference tells the type. */
function resolved(items: readonly unknown[]): readonly unknown[] {
  return items.flatMap((item) => {
    const data = (item as { data?: Json }).data;
    const reference = isObject(data) ? data.reference : undefined;
    const type = typeof reference === 'string' ? /([A-Za-z]+)\/[^/]+$/.exec(reference)?.[1] : undefined;
    return type === undefined ? [] : targetOf(type);
  });
}

const targets = new Map<string, readonly unknown[]>();

function targetOf(resourceType: string): readonly unknown[] {
  let found = targets.get(resourceType);
  if (found === undefined) {
    const resource: JsonObject = { resourceType };
    found = fhirpath.evaluate(resource, '$this', {}, r4, { resolveInternalTypes: false } as never) as unknown as readonly unknown[];
    targets.set(resourceType, found);
  }
  return found;
}
