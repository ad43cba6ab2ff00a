/**
 * A resource as XML: elements in the order of the definitions whatever the order of the JSON keys, attributes where the definitions
 * say so. What no definition knows (`fhir_comments`, properties of another version of FHIR) has no name in XML and is left out.
 * Source: R4 xml.html, json.html#primitive
 */
import type { TypeModel } from '../definitions/definitions.js';
import { Decimal, isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { escapeXml } from './escape.js';
import { fhirNamespace, isResourceName, type Part, type Shape, shapeOf } from './shape.js';
import { xhtmlForXml } from './xhtml-for-xml.js';

interface Writer {
  readonly types: TypeModel;
  /** What stands before a tag at a level: nothing, or a line end and spaces. */
  readonly margin: (level: number) => string;
  /** Elements since others had their turn. */
  written: number;
}

type Steps = Generator<undefined, string>;

/** Elements written at once: less than a millisecond of work. */
const STEP = 500;

/** Each level is set in by `indent` spaces; without it there is no space between elements. Throws FhirError where the type is none of R4. */
export function writeXml(types: TypeModel, resource: JsonObject, indent = 0): string {
  const steps = writeXmlInSteps(types, resource, indent);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with places to let other work in between, as deep as anything may be long. */
export function* writeXmlInSteps(types: TypeModel, resource: JsonObject, indent = 0): Steps {
  const margins: string[] = [];
  const margin = (level: number) => (margins[level] ??= `\n${' '.repeat(indent * level)}`);
  const writer: Writer = { types, margin: indent === 0 ? () => '' : margin, written: 0 };
  const name = resource.resourceType;
  if (typeof name !== 'string' || !isResourceName(types, name)) throw notKnown(name);
  const content = yield* writeChildren(writer, shapeOf(types, name), resource, 1);
  const text = element(writer, name, ` xmlns="${fhirNamespace}"`, content, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>${indent === 0 ? '\n' : ''}${text}${indent === 0 ? '' : '\n'}`;
}

/** Empty where the value is no resource that R4 knows. */
function* writeResource(writer: Writer, value: Json, level: number): Steps {
  if (!isObject(value)) return '';
  const name = value.resourceType;
  if (typeof name !== 'string' || !isResourceName(writer.types, name)) return '';
  return element(writer, name, '', yield* writeChildren(writer, shapeOf(writer.types, name), value, level + 1), level);
}

function element({ margin }: Writer, name: string, attributes: string, content: string, level: number): string {
  const start = `${margin(level)}<${name}${attributes}`;
  return content === '' ? `${start}/>` : `${start}>${content}${margin(level)}</${name}>`;
}

function* writeChildren(writer: Writer, shape: Shape, object: JsonObject, level: number): Steps {
  let text = '';
  for (const part of partsOf(shape, object)) {
    if (part.attribute) continue;
    const value = object[part.name];
    const sibling = part.is === 'primitive' ? object[part.siblingKey] : undefined;
    if (Array.isArray(value) || Array.isArray(sibling)) text += yield* writeItems(writer, part, listOf(value), listOf(sibling), level);
    else text += isText(part, sibling) ? writeText(writer, part, value, level) : yield* writeItem(writer, part, value, sibling, level);
  }
  return text;
}

/** All values of one element, with what stands beside them. */
function* writeItems(writer: Writer, part: Part, values: readonly Json[], siblings: readonly Json[], level: number): Steps {
  let text = '';
  for (let i = 0; i < Math.max(values.length, siblings.length); i++) {
    const [value, sibling] = [values[i], siblings[i]];
    text += isText(part, sibling) ? writeText(writer, part, value, level) : yield* writeItem(writer, part, value, sibling, level);
    if (++writer.written < STEP) continue;
    writer.written = 0;
    yield;
  }
  return text;
}

/** A primitive of which nothing but its value is to be written. */
function isText(part: Part, sibling: Json | undefined): boolean {
  return part.is === 'primitive' && !isObject(sibling);
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** Those an object has, in the order of the definition. */
function partsOf(shape: Shape, object: JsonObject): readonly Part[] {
  const parts: Part[] = [];
  let inOrder = true;
  for (const key in object) {
    const part = shape.byName.get(key) ?? siblingPart(shape, object, key);
    if (part === undefined) continue;
    if (part.place < (parts.at(-1)?.place ?? 0)) inOrder = false;
    parts.push(part);
  }
  return inOrder ? parts : parts.sort((a, b) => a.place - b.place);
}

/** The part whose id and extensions stand here, where nothing else stands for it. */
function siblingPart(shape: Shape, object: JsonObject, key: string): Part | undefined {
  const part = shape.bySiblingKey.get(key);
  return part === undefined || object[part.name] !== undefined ? undefined : part;
}

function* writeItem(writer: Writer, part: Part, value: Json | undefined, sibling: Json | undefined, level: number): Steps {
  switch (part.is) {
    case 'primitive':
      return yield* writeObject(writer, part, isObject(sibling) ? sibling : undefined, level, valueAttribute(value));
    case 'xhtml':
      return typeof value === 'string' ? writer.margin(level) + xhtmlForXml(value) : '';
    case 'resource': {
      const resource = value === undefined ? '' : yield* writeResource(writer, value, level + 1);
      return resource === '' ? '' : element(writer, part.name, '', resource, level);
    }
    case 'complex':
      return yield* writeObject(writer, part, isObject(value) ? value : undefined, level);
  }
}

function* writeObject(writer: Writer, part: Part, object: JsonObject | undefined, level: number, own = ''): Steps {
  if (object === undefined) return '';
  const shape = shapeOf(writer.types, part.type);
  const attributes = writeAttributes(shape, object) + own;
  const children = yield* writeChildren(writer, shape, object, level + 1);
  return attributes === '' && children === '' ? '' : element(writer, part.name, attributes, children, level);
}

function writeText(writer: Writer, part: Part, value: Json | undefined, level: number): string {
  const own = valueAttribute(value);
  return own === '' ? '' : `${writer.margin(level)}<${part.name}${own}/>`;
}

function valueAttribute(value: Json | undefined): string {
  const text = textOf(value);
  return text === undefined ? '' : ` value="${escapeXml(text)}"`;
}

function writeAttributes(shape: Shape, object: JsonObject): string {
  let attributes = '';
  for (const part of shape.attributes) {
    const text = textOf(object[part.name]);
    if (text !== undefined) attributes += ` ${part.name}="${escapeXml(text)}"`;
  }
  return attributes;
}

/** undefined: nothing that could stand in an attribute. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Decimal) return String(value);
  return undefined;
}

function notKnown(found: Json | undefined) {
  const name = typeof found === 'string' ? `"${found}"` : 'none';
  return fault(
    'not-supported',
    message(
      'xml-unknown-type',
      `The resource type is ${name}; only the resources of R4 can be written as XML`,
      `资源类型为 ${name}；只有 R4 的资源可以写成 XML`,
    ),
  );
}
