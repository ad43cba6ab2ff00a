/**
 * What a type or a profile was compiled to, for people: what it is, the elements it says something of and, where asked for, the source
 * of each generated function with its constants named. The same definition gives the same text.
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Terminology } from '../terminology/terminology.js';
import { checkProfile } from './check-profile.js';
import { createCompiler } from './compile.js';
import { compileType } from './compile-type.js';
import { ruleValue } from './rules/fixed-pattern.js';
import type { Generated } from './source.js';

interface Rooms {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
}

interface GeneratedFunction {
  readonly label: string;
  readonly generated: Generated;
}

/** `name`: a canonical, or the name of a type; `source`: with what is generated. undefined where there is no such definition. */
export function explainProfile(name: string, rooms: Rooms, { source = false } = {}): string | undefined {
  const { definitions } = rooms;
  const structure = definitions.structureOf(name) ?? definitions.structure(name);
  if (structure === undefined) return undefined;
  const faults = checkProfile(structure, rooms).map(({ severity, message, expression }) => `  ${severity} ${expression}: ${message.en}`);
  const functions = source ? functionsOf(structure, rooms) : [];
  const elements = (structure.snapshot?.element ?? []).map(describe);
  const sections = [
    heading(structure, elements.length),
    ...(faults.length === 0 ? [] : [['What keeps it from being compiled:', ...faults].join('\n')]),
    ['Elements:', ...elements].join('\n'),
    ...functions.map(show),
  ];
  return `${sections.join('\n\n')}\n`;
}

function heading(structure: StructureDefinition, count: number): string {
  const { baseDefinition, type, derivation } = structure;
  const what = derivation === 'constraint' ? `a profile on ${type}, beside the checks of ${type} itself` : 'a type';
  return [
    canonicalOf(structure),
    `is ${what}`,
    ...(baseDefinition === undefined ? [] : [`built on ${baseDefinition}`]),
    `with ${count} elements`,
  ].join('\n  ');
}

function functionsOf(structure: StructureDefinition, rooms: Rooms): readonly GeneratedFunction[] {
  return structure.derivation === 'constraint' ? ofProfile(structure, rooms) : ofType(structure.type, rooms);
}

function ofType(type: string, rooms: Rooms): readonly GeneratedFunction[] {
  const functions: GeneratedFunction[] = [];
  const onGenerated = (label: string, generated: Generated) => functions.push({ label, generated });
  compileType(type, createCompiler({ ...rooms, bestPractice: 'warning', onGenerated }));
  return functions;
}

/** The outermost function first: what it calls is compiled before it. */
function ofProfile(structure: StructureDefinition, rooms: Rooms): readonly GeneratedFunction[] {
  const functions: GeneratedFunction[] = [];
  const onGenerated = (label: string, generated: Generated) => functions.unshift({ label, generated });
  createCompiler({ ...rooms, bestPractice: 'warning', onGenerated })
    .profile(canonicalOf(structure))
    ?.compile();
  return functions;
}

/** `Patient.identifier:card 0..1 Identifier, required http://…` */
function describe(element: ElementDefinition): string {
  const { id, path, min = 0, max = '*', type, binding, slicing, constraint } = element;
  const types = [...new Set(type?.map(({ code }) => code))].join(' | ');
  const value = ruleValue(element, 'fixed') ?? ruleValue(element, 'pattern');
  const told = slicing?.discriminator?.map((one) => `${one.type} ${one.path}`).join(', ');
  const profiles = type?.flatMap(({ profile = [] }) => profile) ?? [];
  const rules = [
    profiles.length === 0 ? undefined : `meets ${profiles.join(' or ')}`,
    binding?.valueSet === undefined ? undefined : `${binding.strength} ${binding.valueSet}`,
    value === undefined ? undefined : `= ${JSON.stringify(value)}`,
    slicing === undefined ? undefined : `sliced ${slicing.rules} by ${told ?? 'nothing'}`,
    constraint === undefined ? undefined : constraint.map(({ key }) => key).join(' '),
  ];
  return [`  ${id ?? path} ${min}..${max} ${types}`.trimEnd(), ...rules.filter((rule) => rule !== undefined)].join('; ');
}

function show({ label, generated: { source, body } }: GeneratedFunction): string {
  const names = source.constants.map(({ label: what }, at) => `  c${at} = ${JSON.stringify(what)}`);
  return [`${label}:`, ...names, '', ...body.split('\n').map((line) => `  ${line}`)].join('\n');
}
