/**
 * What an operation is asked, read as its OperationDefinition shapes it, alike from a URL, a form, Parameters, or a resource by itself.
 * Source: R4 operations.html#request, parameters.html
 */
import type { CodeableConcept, Coding, OperationDefinition, OperationDefinitionParameter } from 'fhir/r4.js';
import type { Definitions } from '../../definitions/definitions.js';
import type { RequestFor } from '../../interactions/request.js';
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import { partsOf } from '../parts.js';
import { badElement, badText, nameMissing, notKnown, tooMany } from './bad-parameters.js';

/** A parameter that users send and R4's definition does not have. */
export type Shape = Pick<OperationDefinitionParameter, 'name' | 'type' | 'max' | 'part'>;

/** Each is asked by the name and the type that the definition gives it; what came has been checked. */
export interface OperationParameters {
  has(name: string): boolean;
  /** Of code, uri, canonical, string, dateTime. */
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean | undefined;
  number(name: string): number | undefined;
  coding(name: string): Coding | undefined;
  codings(name: string): readonly Coding[];
  codeableConcept(name: string): CodeableConcept | undefined;
  resource(name: string): Resource | undefined;
  resources(name: string): readonly Resource[];
  /** The value of a parameter of any type. */
  value(name: string): Json | undefined;
  /** Those that are made of parts. */
  parts(name: string): readonly OperationParameters[];
  /** Where it stands, to tell of what is wrong with it. */
  at(name: string): string;
}

interface Given {
  readonly value: unknown;
  readonly expression: string;
}

interface Reading {
  readonly definitions: Pick<Definitions, 'isResourceType'>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

export type ReadParameters = (
  definitions: Pick<Definitions, 'isResourceType' | 'operation'>,
  request: Pick<RequestFor<'operation'>, 'parameters' | 'body'>,
) => OperationParameters;

/** `definition`: canonical of an OperationDefinition. What is returned throws FhirError 400 for what that has no place for. */
export function parameterReader(definition: string, more: readonly Shape[] = []): ReadParameters {
  const shapes = new WeakMap<OperationDefinition, Reading['shapes']>();
  return (definitions, { parameters, body }) => {
    const operation = definitions.operation(definition);
    if (operation === undefined) throw new Error(`There is no definition ${definition}`);
    const known = shapes.get(operation) ?? shapesOf([...(operation.parameter ?? []).filter(({ use }) => use === 'in'), ...more]);
    shapes.set(operation, known);
    const reading = { definitions, shapes: known };
    const found = new Map<string, Given[]>();
    for (const [name, text] of parameters)
      if (!isUntyped(known, name, text)) put(found, reading, { name, expression: name }, (shape) => fromText(shape, text, name));
    if (body !== undefined) readBody(found, reading, body);
    return asked(found);
  };
}

/** What somebody has not yet typed into a form asks for nothing. */
function isUntyped(shapes: Reading['shapes'], name: string, text: string): boolean {
  return text === '' && shapes.get(name)?.type === 'string';
}

function shapesOf(all: readonly Shape[]): Reading['shapes'] {
  return new Map(all.map((shape) => [shape.name, shape]));
}

/** A resource by itself is the one parameter that takes such a resource. */
function readBody(found: Map<string, Given[]>, reading: Reading, body: Json): void {
  if (isObject(body) && body.resourceType !== 'Parameters') {
    const taking = [...reading.shapes.values()].find(({ type = '' }) => takesResource(type, body, reading));
    if (taking !== undefined) return void put(found, reading, { name: taking.name, expression: taking.name }, () => body);
  }
  if (!isObject(body) || body.resourceType !== 'Parameters') throw badElement('body', 'Parameters', body);
  readParts(found, reading, partsOf(body), 'Parameters.parameter');
}

function takesResource(type: string, { resourceType }: JsonObject, { definitions }: Reading): boolean {
  return type === resourceType && definitions.isResourceType(type);
}

function readParts(found: Map<string, Given[]>, reading: Reading, parts: readonly JsonObject[], path: string): void {
  for (const [index, part] of parts.entries()) {
    const expression = `${path}[${index}]`;
    const { name } = part;
    if (typeof name !== 'string') throw nameMissing([...reading.shapes.keys()], expression);
    put(found, reading, { name, expression, named: `${expression}.name` }, (shape) => fromPart(shape, part, reading, expression));
  }
}

interface Place {
  readonly name: string;
  readonly expression: string;
  /** Where the name stands. */
  readonly named?: string;
}

function put(found: Map<string, Given[]>, { shapes }: Reading, place: Place, read: (shape: Shape) => unknown): void {
  const { name, expression, named = expression } = place;
  const shape = shapes.get(name);
  if (shape === undefined) throw notKnown(name, [...shapes.keys()], named);
  const before = found.get(name);
  if (before === undefined) found.set(name, [{ value: read(shape), expression }]);
  else if (shape.max === '1') throw tooMany(name, expression);
  else before.push({ value: read(shape), expression });
}

/** A coding in a URL is a token: `system|code`. Other things of many parts need a body. */
function fromText(shape: Shape, text: string, name: string): unknown {
  if (text === '') throw badText(shape, text, name);
  switch (shape.type) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw badText(shape, text, name);
      return text === 'true';
    case 'integer':
      if (!/^-?\d{1,9}$/.test(text)) throw badText(shape, text, name);
      return Number(text);
    case 'Coding':
      return codingOf(text);
    default:
      if (!texts.has(shape.type ?? '')) throw badText(shape, text, name);
      return text;
  }
}

const texts: ReadonlySet<string> = new Set(['code', 'uri', 'url', 'canonical', 'string', 'dateTime', 'date']);

function codingOf(text: string): Coding {
  const cut = text.lastIndexOf('|');
  return cut < 0 ? { code: text } : { system: text.slice(0, cut), code: text.slice(cut + 1) };
}

function fromPart(shape: Shape, part: JsonObject, reading: Reading, expression: string): unknown {
  const { type, part: inner } = shape;
  if (inner !== undefined && inner.length > 0) return fromInnerParts(inner, part, reading, expression);
  if (type !== undefined && (type === 'Resource' || reading.definitions.isResourceType(type))) {
    if (isObject(part.resource) && (type === 'Resource' || part.resource.resourceType === type)) return part.resource;
    throw badElement(`${expression}.resource`, type, part.resource);
  }
  const key = Object.keys(part).find((one) => one.startsWith('value'));
  const value = key === undefined ? undefined : part[key];
  if (key !== undefined && type !== undefined && fits(type, key, value)) return value;
  throw badElement(key === undefined ? expression : `${expression}.${key}`, valueNames(type), key === undefined ? undefined : part);
}

function fromInnerParts(inner: readonly Shape[], part: JsonObject, reading: Reading, expression: string): OperationParameters {
  if (!Array.isArray(part.part) || !part.part.every(isObject)) throw badElement(`${expression}.part`, 'part', part.part);
  const found = new Map<string, Given[]>();
  readParts(found, { ...reading, shapes: shapesOf(inner) }, part.part, `${expression}.part`);
  return asked(found);
}

const textKeys: ReadonlySet<string> = new Set(
  ['Code', 'Uri', 'Url', 'Canonical', 'String', 'DateTime', 'Date', 'Id', 'Oid', 'Uuid', 'Markdown'].map((type) => `value${type}`),
);
const integerKeys: ReadonlySet<string> = new Set(['valueInteger', 'valuePositiveInt', 'valueUnsignedInt']);

/** Clients differ about which kind of text a canonical or a code is: any will do. */
function fits(type: string, key: string, value: Json | undefined): boolean {
  if (texts.has(type)) return textKeys.has(key) && typeof value === 'string' && value !== '';
  if (type === 'integer') return integerKeys.has(key) && isNumeric(value) && Number.isInteger(Number(value));
  if (type === 'boolean') return key === 'valueBoolean' && typeof value === 'boolean';
  if (type === 'Element') return value !== undefined;
  if (key !== `value${type}` || !isObject(value)) return false;
  return type === 'CodeableConcept' ? isCodeableConcept(value) : type !== 'Coding' || isCoding(value);
}

function isCoding({ system, version, code, display }: JsonObject): boolean {
  return [system, version, code, display].every((one) => one === undefined || typeof one === 'string');
}

function isCodeableConcept({ coding = [], text = '' }: JsonObject): boolean {
  return typeof text === 'string' && Array.isArray(coding) && coding.every((one: Json) => isObject(one) && isCoding(one));
}

function valueNames(type = ''): string {
  return type === 'Element' ? 'value[x]' : `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function asked(found: ReadonlyMap<string, readonly Given[]>): OperationParameters {
  // What is asked for by its type in the definition has that type: it was read so.
  const one = <T>(name: string) => found.get(name)?.[0]?.value as T | undefined;
  const all = <T>(name: string) => (found.get(name) ?? []).map(({ value }) => value as T);
  return {
    has: (name) => found.has(name),
    text: one<string>,
    texts: all<string>,
    flag: one<boolean>,
    number: (name) => {
      const value = one<unknown>(name);
      return value === undefined ? undefined : Number(value);
    },
    coding: one<Coding>,
    codings: all<Coding>,
    codeableConcept: one<CodeableConcept>,
    resource: one<Resource>,
    resources: all<Resource>,
    value: one<Json>,
    parts: all<OperationParameters>,
    at: (name) => found.get(name)?.[0]?.expression ?? name,
  };
}
