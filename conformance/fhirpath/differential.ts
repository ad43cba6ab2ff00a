/**
 * R4's search parameters and invariants and the expressions of HL7's suite, by our engine and by fhirpath.js, over R4's own examples.
 * Where the two differ, `differences.json` says who is right by the specification.
 */
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Definitions } from '../../src/definitions/definitions.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { toStringItem } from '../../src/fhirpath/conversions.js';
import { type Expression, FhirPathError, type Item } from '../../src/fhirpath/expression.js';
import { resourceItem } from '../../src/fhirpath/items.js';
import { type Json, stringifyJson } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { type Outcome, type PeerExpression, peerExpression } from './peer.js';
import { groups, inputNamed, read } from './suite.js';

/** Kinds of difference: one of the two cannot evaluate it, or what they find is not the same. */
type Kind = 'lianyi fails' | 'fhirpath.js fails' | 'values' | 'types';

export interface Difference {
  readonly expression: string;
  readonly kind: Kind;
  /** Where it was seen first, and what each found. */
  readonly on: string;
  readonly lianyi: string;
  readonly peer: string;
}

/** A known one. */
export interface Known {
  readonly expression: string;
  readonly kind: Kind;
  readonly right: 'lianyi' | 'fhirpath.js' | 'open';
  readonly reason: string;
}

export const known = read('differences.json') as readonly Known[];

export function isKnown({ expression, kind }: Difference, one: Known): boolean {
  return kind === one.kind && expression === one.expression;
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
const definition = /^(?:StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|CompartmentDefinition)-/;

/** R4's examples that are no definitions, by name. */
export function exampleFiles(): readonly { readonly name: string; readonly path: string; readonly size: number }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'package.json' && !file.startsWith('.') && !definition.test(file))
    .map((file) => ({ name: file.slice(0, -'.json'.length), path: join(folder, file), size: statSync(join(folder, file)).size }));
}

export interface Comparison {
  readonly evaluations: number;
  /** The first of each expression and kind. */
  readonly differences: readonly Difference[];
}

/** Items of one expression in one example are compared up to this many: more say nothing new. */
const MAX_NODES = 3;

export function createComparison(definitions: Definitions): {
  example(name: string, text: string): void;
  suite(): void;
  result(): Comparison;
} {
  const found = new Map<string, Difference>();
  const peers = new Map<string, PeerExpression>();
  let evaluations = 0;

  const peer = (expression: string, base?: string) => {
    const key = `${base ?? ''} ${expression}`;
    let made = peers.get(key);
    if (made === undefined) {
      made = peerExpression(expression, base);
      peers.set(key, made);
    }
    return made;
  };

  const compare = (on: string, expression: string, item: Item, resource: Resource, base?: string) => {
    evaluations++;
    const ours = ourOutcome(expression, item, resource, definitions);
    const theirs = peer(expression, base)(plain(item.value), plain(resource) as Resource);
    const kind = kindOf(ours, theirs);
    const key = `${kind} ${expression}`;
    if (kind === undefined || found.has(key)) return;
    found.set(key, { expression, kind, on, lianyi: shown(ours), peer: shown(theirs) });
  };

  return {
    example(name, text) {
      const resource = parseJson(text) as Resource;
      const root = resourceItem(resource);
      for (const { expression } of definitions.searchParameters(resource.resourceType)) {
        if (expression !== undefined) compare(name, expression, root, resource);
      }
      for (const { path, expression } of invariantsOf(resource.resourceType, definitions)) {
        const nodes = nodesAt(path, definitions).evaluate([root], {}).slice(0, MAX_NODES);
        for (const node of nodes) if (typeof node.value === 'object') compare(name, expression, node, resource, path);
      }
    },
    suite() {
      for (const { name, expression, input } of groups.flatMap((group) => group.cases)) {
        const resource = input === undefined ? undefined : inputNamed(input);
        if (resource !== undefined) compare(name, expression, resourceItem(resource), resource);
      }
    },
    result: () => ({ evaluations, differences: [...found.values()] }),
  };
}

function invariantsOf(type: string, definitions: Definitions): readonly { readonly path: string; readonly expression: string }[] {
  const seen = new Set<string>();
  return (definitions.structureOf(type)?.snapshot?.element ?? []).flatMap(({ path, constraint = [] }) =>
    constraint.flatMap(({ key, expression }) => {
      // Of what every element has, one element is enough.
      const twice = seen.has(`${key} ${key === 'ele-1' || key === 'ext-1' ? '' : path}`);
      seen.add(`${key} ${key === 'ele-1' || key === 'ext-1' ? '' : path}`);
      return expression === undefined || twice ? [] : [{ path, expression }];
    }),
  );
}

function nodesAt(path: string, definitions: Definitions): Expression {
  return compileExpression(path.replaceAll('[x]', ''), definitions);
}

/** As `JSON.parse` has it: what fhirpath.js is made for. */
function plain(value: Json | undefined): Json {
  return value === undefined ? null : (JSON.parse(stringifyJson(value)) as Json);
}

function ourOutcome(expression: string, item: Item, resource: Resource, definitions: Definitions): Outcome {
  const root = resourceItem(resource);
  try {
    const items = compileExpression(expression, definitions).evaluate([item], { resource: root, rootResource: root });
    return { items: items.map((one) => [one.type.replace(/^System\./, ''), textOf(one)]) };
  } catch (error) {
    if (error instanceof FhirPathError) return { error: error.message };
    throw error;
  }
}

function textOf(item: Item): string {
  if (item.type === 'System.Quantity') return JSON.stringify(toStringItem(item)?.value ?? null);
  return JSON.stringify(plain(item.value));
}

function kindOf(ours: Outcome, theirs: Outcome): Kind | undefined {
  if ('error' in ours) return 'error' in theirs ? undefined : 'lianyi fails';
  if ('error' in theirs) return 'fhirpath.js fails';
  if (JSON.stringify(ours.items.map(([, value]) => value)) !== JSON.stringify(theirs.items.map(([, value]) => value))) return 'values';
  // An element without a type of its own is named by its path here and as a BackboneElement there.
  return ours.items.some(([type], at) => !type.includes('.') && type !== theirs.items[at]?.[0]) ? 'types' : undefined;
}

function shown(outcome: Outcome): string {
  const text = 'error' in outcome ? outcome.error : outcome.items.map(([type, value]) => `${type} ${value}`).join(', ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
