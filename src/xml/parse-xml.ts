/**
 * Reads a resource from XML: what comes out is what the JSON form of the same resource holds. The definitions say which elements and
 * attributes may stand where; a library reads the XML itself.
 * Source: R4 xml.html, json.html#primitive, security.html (XXE)
 *
 * 2026-11-26: elements out of order are a fault. R4 says they must stand as documented, its schemas and its reference validator refuse
 * others, and a sender whose template has them wrong learns it here rather than from the next receiver. What does not fit the types is
 * told of and passed over, so that all that is wrong can be said at once; only what is no XML of FHIR at all ends the reading at its
 * first fault. Texts are not trimmed: R4
 * recommends it, but then what JSON brought would come back changed. A value that is no number or no boolean stays text, and the
 * validator says what was expected, with all else that is wrong.
 */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import type { TypeModel } from '../definitions/definitions.js';
import type { JsonObject } from '../model/json.js';
import { FhirError, type Issue } from '../model/outcome.js';
import { Faults } from './faults.js';
import { addAttribute, closeFrame, type Frame, MAX_DEPTH, openFrame, openResource } from './frame.js';
import { fhirNamespace, isResourceName, type Part, xhtmlNamespace } from './shape.js';
import { XhtmlSpan } from './xhtml-span.js';

/** Characters read at once: some milliseconds of work. */
const STEP = 64 * 1024;
/** Attributes of one tag, declarations of namespaces included: the library works through them all at once, at its end. */
const MAX_ATTRIBUTES = 500;

/** Faults that are told of: each is an error, and nobody reads so many. */
const MAX_FAULTS = 500;

export interface ReadXml {
  /** What could be read, without what the faults are about where JSON has no place for it. */
  readonly resource: JsonObject;
  /** What does not fit the types, each an error with line, column and expression, in the order of the text. */
  readonly faults: readonly Issue[];
}

/** Throws FhirError 400 with line, column and expression of all that is wrong. */
export function parseXml(types: TypeModel, text: string): JsonObject {
  return faultless(readXml(types, text));
}

/** The same, with places to let other work in between. */
export function* parseXmlInSteps(types: TypeModel, text: string): Generator<undefined, JsonObject> {
  return faultless(yield* readXmlInSteps(types, text));
}

/** Throws FhirError 400 for what cannot be read at all: no XML, none of FHIR, beyond the limits. */
export function readXml(types: TypeModel, text: string): ReadXml {
  const steps = readXmlInSteps(types, text);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with places to let other work in between. */
export function* readXmlInSteps(types: TypeModel, text: string): Generator<undefined, ReadXml> {
  const reader = new Reader(types, text);
  for (let at = 0; at < text.length; at += STEP) {
    reader.read(text.slice(at, at + STEP));
    yield;
  }
  return reader.end();
}

function faultless({ resource, faults }: ReadXml): JsonObject {
  if (faults.length > 0) throw new FhirError(faults);
  return resource;
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';
const namespaces = 'http://www.w3.org/2000/xmlns/';

class Reader {
  private readonly parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  private readonly frames: Frame[] = [];
  private readonly faults: Faults;
  private readonly found: Issue[] = [];
  private xhtml: XhtmlSpan | undefined;
  /** Open elements that are passed over. */
  private skipped = 0;
  /** Attributes so far of the tag that is being read. */
  private attributes = 0;
  private result: JsonObject | undefined;

  constructor(
    private readonly types: TypeModel,
    private readonly text: string,
  ) {
    this.faults = new Faults(text, this.frames, () => this.parser.position);
    const { parser, faults } = this;
    // 2026-11-26: with a seventh handler V8 keeps the parser's properties in a dictionary, and reading takes four times as long.
    parser.on('opentag', (tag) => this.onOpen(tag));
    parser.on('attribute', () => {
      if (++this.attributes > MAX_ATTRIBUTES) throw faults.tooManyAttributes(MAX_ATTRIBUTES);
    });
    parser.on('closetag', (tag) => this.onClose(tag));
    parser.on('text', this.onText);
    parser.on('cdata', this.onText);
    parser.on('doctype', () => {
      throw faults.doctype();
    });
  }

  read(piece: string): void {
    this.heed(() => this.parser.write(piece));
  }

  end(): ReadXml {
    if (this.text.trim() === '') throw this.faults.empty();
    this.heed(() => this.parser.close());
    if (this.result === undefined) throw this.faults.syntax('no root element');
    return { resource: this.result, faults: this.found };
  }

  /** What is wrong is said, and the rest is read. */
  private tell(fault: FhirError): void {
    if (this.found.length === MAX_FAULTS) throw this.faults.tooMany(MAX_FAULTS);
    this.found.push(...fault.issues);
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.isFaulty = true;
  }

  private skip(fault: FhirError): void {
    this.tell(fault);
    this.skipped = 1;
  }

  /** What the library throws is an Error that says what is broken. */
  private heed(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      const fault = error instanceof Error && error.name === 'Error' ? this.faults.syntax(error.message) : error;
      throw fault instanceof FhirError ? new FhirError([...this.found, ...fault.issues]) : fault;
    }
  }

  private readonly onText = (text: string): void => {
    if (this.xhtml === undefined && this.skipped === 0 && /\S/.test(text)) this.tell(this.faults.content(text));
  };

  private onOpen(tag: SaxesTagNS): void {
    this.attributes = 0;
    if (this.skipped > 0) {
      this.skipTag();
      return;
    }
    if (this.xhtml !== undefined) {
      if (this.xhtml.depth >= MAX_DEPTH && !tag.isSelfClosing) throw this.faults.tooDeep();
      this.checkInNarrative(tag);
      this.xhtml.open(tag, this.parser.position);
      return;
    }
    const parent = this.frames.at(-1);
    if (parent === undefined) this.openRoot(tag);
    else if (parent.holds === 'resource') this.openHeld(tag, parent);
    else this.openPart(tag, parent);
  }

  private skipTag(): void {
    this.skipped++;
    if (this.frames.length + this.skipped > MAX_DEPTH) throw this.faults.tooDeep();
  }

  private openRoot(tag: SaxesTagNS): void {
    const { encoding } = this.parser.xmlDecl;
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw this.faults.encoding(encoding);
    if (tag.uri !== fhirNamespace) throw this.faults.namespace(tag.name, tag.uri, fhirNamespace);
    if (!isResourceName(this.types, tag.local)) throw this.faults.unknownResource(tag.local);
    this.push(openResource(this.types, tag.local, undefined), tag);
  }

  /** The resource in `contained`, `Bundle.entry.resource` or `Parameters.parameter.resource`. */
  private openHeld(tag: SaxesTagNS, parent: Frame): void {
    if (tag.uri !== fhirNamespace) this.skip(this.faults.namespace(tag.name, tag.uri, fhirNamespace));
    else if (!isResourceName(this.types, tag.local)) this.skip(this.faults.unknownResource(tag.local));
    else if (parent.held !== undefined) this.skip(this.faults.secondResource(tag.local));
    else this.push(openResource(this.types, tag.local, parent), tag);
  }

  private openPart(tag: SaxesTagNS, parent: Frame): void {
    const part = parent.shape.byName.get(tag.local);
    if (part?.is === 'xhtml') this.openNarrative(tag, part, parent);
    else if (tag.uri !== fhirNamespace) this.skip(this.faults.namespace(tag.name, tag.uri, fhirNamespace));
    else if (part === undefined || part.attribute) this.skip(this.faults.unknownElement(tag.local, part, parent.shape));
    else if (this.isInPlace(part, parent)) this.push(openFrame(this.types, part, parent), tag);
  }

  private openNarrative(tag: SaxesTagNS, part: Part, parent: Frame): void {
    const other = namespaceBut(tag);
    if (other !== undefined) this.skip(this.faults.namespace(tag.name, other, xhtmlNamespace));
    else if (this.isInPlace(part, parent)) {
      this.xhtml = new XhtmlSpan(this.text, tag, this.parser.position);
      this.push(openFrame(this.types, part, parent));
    }
  }

  private push(frame: Frame, tag?: SaxesTagNS): void {
    this.frames.push(frame);
    for (const name in tag?.attributes) {
      const attribute = tag?.attributes[name];
      if (attribute !== undefined && !isDeclaration(attribute)) this.readAttribute(attribute, frame);
    }
    if (frame.isTooDeep()) throw this.faults.tooDeep();
  }

  private readAttribute({ name, uri, local, value }: SaxesAttributeNS, frame: Frame): void {
    if (uri !== '' || !addAttribute(frame, local, value)) this.tell(this.faults.unknownAttribute(name, frame.shape));
    else if (value === '') this.tell(this.faults.emptyAttribute(name));
  }

  private onClose(tag: SaxesTagNS): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    if (!tag.isSelfClosing) this.checkEndTag(tag.name);
    if (this.skipped > 0) {
      this.skipped--;
      return;
    }
    if (this.xhtml !== undefined) {
      if (!this.xhtml.close(tag, this.parser.position)) return;
      frame.value = this.xhtml.content();
      this.xhtml = undefined;
    }
    if (frame.isEmpty() && !frame.isFaulty) this.tell(this.faults.emptyElement(tag.name));
    this.frames.pop();
    const closed = closeFrame(frame, this.frames.at(-1));
    if (this.frames.length === 0) this.result = closed;
  }

  /** The library says only later that another element was open, when this one may already look empty. */
  private checkEndTag(name: string): void {
    const { position } = this.parser;
    const found = this.text.slice(this.text.lastIndexOf('</', position - 1) + 2, position - 1).trimEnd();
    if (found !== name) throw this.faults.otherEnd(name, found);
  }

  /** False where it may not stand at all, and is passed over. One out of order is read where it stands. */
  private isInPlace(part: Part, parent: Frame): boolean {
    if (part.place > parent.place && !parent.isMixed) return true;
    const isNext = part.place === parent.place;
    if (isNext && part.many) return true;
    const isRepeated = isNext || parent.has(part);
    if (isRepeated && !part.many) {
      this.skip(this.faults.twice(part));
      return false;
    }
    if (part.place < parent.place) this.tell(this.faults.outOfOrder(part, parent));
    else if (isRepeated) this.tell(this.faults.apart(part, parent));
    parent.isMixed = true;
    return true;
  }

  /** Said once of each narrative: what is in another namespace has its children there too. */
  private checkInNarrative(tag: SaxesTagNS): void {
    const other = namespaceBut(tag);
    if (other !== undefined && this.frames.at(-1)?.isFaulty === false) this.tell(this.faults.namespace(tag.name, other, xhtmlNamespace));
  }
}

/** The namespace of a tag that is not of XHTML, or that declares another. */
function namespaceBut({ uri, attributes }: SaxesTagNS): string | undefined {
  if (uri !== xhtmlNamespace) return uri;
  const declared = attributes.xmlns?.value;
  return declared !== undefined && declared.trim() !== xhtmlNamespace ? declared : undefined;
}

/** `xmlns`, and where a schema is to be found: R4 does not want the latter, but it changes nothing. */
function isDeclaration({ uri, local }: SaxesAttributeNS): boolean {
  return uri === namespaces || (uri === schemaInstance && (local === 'schemaLocation' || local === 'noNamespaceSchemaLocation'));
}
