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
}

/** Each level is set in by `indent` spaces; without it there is no space between elements. Throws FhirError where the type is none of R4. */
export function writeXml(types: TypeModel, resource: JsonObject, indent = 0): string {
  const steps = writeXmlInSteps(types, resource, indent);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with places to let other work in between: after each item of a list such as Bundle.entry. */
export function* writeXmlInSteps(types: TypeModel, resource: JsonObject, indent = 0): Generator<undefined, string> {
  const margins: string[] = [];
  const margin = (level: number) => (margins[level] ??= `\n${' '.repeat(indent * level)}`);
  const writer: Writer = { types, margin: indent === 0 ? () => '' : margin };
  const name = resource.resourceType;
  if (typeof name !== 'string' || !isResourceName(types, name)) throw notKnown(name);
  let content = '';
  for (const part of partsOf(shapeOf(types, name), resource)) {
    const value = resource[part.name];
    if (part.is === 'primitive' || !Array.isArray(value)) content += writePart(writer, part, resource, 1);
    else {
      for (const item of value) {
        content += writeItem(writer, part, item, undefined, 1);
        yield;
      }
    }
  }
  const text = element(writer, name, ` xmlns="${fhirNamespace}"`, content, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>${indent === 0 ? '\n' : ''}${text}${indent === 0 ? '' : '\n'}`;
}

/** Empty where the value is no resource that R4 knows. */
function writeResource(writer: Writer, value: Json, level: number): string {
  if (!isObject(value)) return '';
  const name = value.resourceType;
  if (typeof name !== 'string' || !isResourceName(writer.types, name)) return '';
  return element(writer, name, '', writeChildren(writer, shapeOf(writer.types, name), value, level + 1), level);
}

function element({ margin }: Writer, name: string, attributes: string, content: string, level: number): string {
  const start = `${margin(level)}<${name}${attributes}`;
  return content === '' ? `${start}/>` : `${start}>${content}${margin(level)}</${name}>`;
}

function writeChildren(writer: Writer, shape: Shape, object: JsonObject, level: number): string {
  let text = '';
  for (const part of partsOf(shape, object)) text += writePart(writer, part, object, level);
  return text;
}

/** All values of one element, with what stands beside them. */
function writePart(writer: Writer, part: Part, object: JsonObject, level: number): string {
  if (part.attribute) return '';
  const value = object[part.name];
  const sibling = part.is === 'primitive' ? object[part.siblingKey] : undefined;
  if (!Array.isArray(value) && !Array.isArray(sibling)) return writeItem(writer, part, value, sibling, level);
  const [values, siblings] = [listOf(value), listOf(sibling)];
  let text = '';
  for (let i = 0; i < Math.max(values.length, siblings.length); i++) text += writeItem(writer, part, values[i], siblings[i], level);
  return text;
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

function writeItem(writer: Writer, part: Part, value: Json | undefined, sibling: Json | undefined, level: number): string {
  switch (part.is) {
    case 'primitive':
      return writePrimitive(writer, part, value, sibling, level);
    case 'xhtml':
      return typeof value === 'string' ? writer.margin(level) + xhtmlForXml(value) : '';
    case 'resource': {
      const resource = value === undefined ? '' : writeResource(writer, value, level + 1);
      return resource === '' ? '' : element(writer, part.name, '', resource, level);
    }
    case 'complex': {
      if (!isObject(value)) return '';
      const shape = shapeOf(writer.types, part.type);
      const [attributes, children] = [writeAttributes(shape, value), writeChildren(writer, shape, value, level + 1)];
      return attributes === '' && children === '' ? '' : element(writer, part.name, attributes, children, level);
    }
  }
}

function writePrimitive(writer: Writer, part: Part, value: Json | undefined, sibling: Json | undefined, level: number): string {
  const text = textOf(value);
  const own = text === undefined ? '' : ` value="${escapeXml(text)}"`;
  if (!isObject(sibling)) return own === '' ? '' : `${writer.margin(level)}<${part.name}${own}/>`;
  const shape = shapeOf(writer.types, part.type);
  const attributes = writeAttributes(shape, sibling) + own;
  const children = writeChildren(writer, shape, sibling, level + 1);
  return attributes === '' && children === '' ? '' : element(writer, part.name, attributes, children, level);
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
