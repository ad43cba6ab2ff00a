/**
 * Reads a resource from XML: what comes out is what the JSON form of the same resource holds. The definitions say which elements and
 * attributes may stand where; a library reads the XML itself.
 * Source: R4 xml.html, json.html#primitive, security.html (XXE)
 *
 * 2026-11-26: elements out of order are refused. R4 says they must stand as documented, its schemas and its reference validator refuse
 * others, and a sender whose template has them wrong learns it here rather than from the next receiver. Texts are not trimmed: R4
 * recommends it, but then what JSON brought would come back changed. A value that is no number or no boolean stays text, and the
 * validator says what was expected, with all else that is wrong.
 */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import type { TypeModel } from '../definitions/definitions.js';
import type { JsonObject } from '../model/json.js';
import { Faults } from './faults.js';
import { addAttribute, closeFrame, type Frame, MAX_DEPTH, openFrame, openResource } from './frame.js';
import { fhirNamespace, isResourceName, type Part, xhtmlNamespace } from './shape.js';
import { XhtmlSpan } from './xhtml-span.js';

/** Characters read at once: some milliseconds of work. */
const STEP = 64 * 1024;
/** Attributes of one tag, declarations of namespaces included: the library works through them all at once, at its end. */
const MAX_ATTRIBUTES = 500;

/** Throws FhirError 400 with line, column and the path as its expression. */
export function parseXml(types: TypeModel, text: string): JsonObject {
  const steps = parseXmlInSteps(types, text);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, with places to let other work in between. */
export function* parseXmlInSteps(types: TypeModel, text: string): Generator<undefined, JsonObject> {
  const reader = new Reader(types, text);
  for (let at = 0; at < text.length; at += STEP) {
    reader.read(text.slice(at, at + STEP));
    yield;
  }
  return reader.end();
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';
const namespaces = 'http://www.w3.org/2000/xmlns/';

class Reader {
  private readonly parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  private readonly frames: Frame[] = [];
  private readonly faults: Faults;
  private xhtml: XhtmlSpan | undefined;
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

  end(): JsonObject {
    if (this.text.trim() === '') throw this.faults.empty();
    this.heed(() => this.parser.close());
    if (this.result === undefined) throw this.faults.syntax('no root element');
    return this.result;
  }

  /** What the library throws is an Error that says what is broken. */
  private heed(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'Error') throw error;
      throw this.faults.syntax(error.message);
    }
  }

  private readonly onText = (text: string): void => {
    if (this.xhtml === undefined && /\S/.test(text)) throw this.faults.content(text);
  };

  private onOpen(tag: SaxesTagNS): void {
    this.attributes = 0;
    if (this.xhtml !== undefined) {
      this.checkXhtml(tag, this.xhtml);
      this.xhtml.open(tag, this.parser.position);
      return;
    }
    const parent = this.frames.at(-1);
    if (parent === undefined) this.openRoot(tag);
    else if (parent.holds === 'resource') this.openHeld(tag, parent);
    else this.openPart(tag, parent);
  }

  private openRoot(tag: SaxesTagNS): void {
    const { encoding } = this.parser.xmlDecl;
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw this.faults.encoding(encoding);
    this.checkNamespace(tag);
    if (!isResourceName(this.types, tag.local)) throw this.faults.unknownResource(tag.local);
    this.push(openResource(this.types, tag.local, undefined), tag);
  }

  /** The resource in `contained`, `Bundle.entry.resource` or `Parameters.parameter.resource`. */
  private openHeld(tag: SaxesTagNS, parent: Frame): void {
    this.checkNamespace(tag);
    if (!isResourceName(this.types, tag.local)) throw this.faults.unknownResource(tag.local);
    if (parent.held !== undefined) throw this.faults.secondResource(tag.local);
    this.push(openResource(this.types, tag.local, parent), tag);
  }

  private openPart(tag: SaxesTagNS, parent: Frame): void {
    const part = parent.shape.byName.get(tag.local);
    if (part?.is === 'xhtml') {
      this.checkOrder(part, parent);
      this.checkXhtml(tag);
      this.xhtml = new XhtmlSpan(this.text, tag, this.parser.position);
      this.push(openFrame(this.types, part, parent));
      return;
    }
    this.checkNamespace(tag);
    if (part === undefined || part.attribute) throw this.faults.unknownElement(tag.local, part, parent.shape);
    this.checkOrder(part, parent);
    this.push(openFrame(this.types, part, parent), tag);
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
    if (uri !== '' || !addAttribute(frame, local, value)) throw this.faults.unknownAttribute(name, frame.shape);
    if (value === '') throw this.faults.emptyAttribute(name);
  }

  private onClose(tag: SaxesTagNS): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    if (!tag.isSelfClosing) this.checkEndTag(tag.name);
    if (this.xhtml !== undefined) {
      if (!this.xhtml.close(tag, this.parser.position)) return;
      frame.value = this.xhtml.content();
      this.xhtml = undefined;
    }
    if (frame.isEmpty()) throw this.faults.emptyElement(tag.name);
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

  private checkOrder(part: Part, { shape, place }: Frame): void {
    if (part.place < place) throw this.faults.outOfOrder(part, shape, place);
    if (part.place === place && !part.many) throw this.faults.twice(part);
  }

  private checkNamespace({ uri, name }: SaxesTagNS): void {
    if (uri !== fhirNamespace) throw this.faults.namespace(name, uri, fhirNamespace);
  }

  private checkXhtml({ uri, name, attributes, isSelfClosing }: SaxesTagNS, span?: XhtmlSpan): void {
    if (uri !== xhtmlNamespace) throw this.faults.namespace(name, uri, xhtmlNamespace);
    const declared = attributes.xmlns?.value;
    if (declared !== undefined && declared.trim() !== xhtmlNamespace) throw this.faults.namespace(name, declared, xhtmlNamespace);
    if (span !== undefined && span.depth >= MAX_DEPTH && !isSelfClosing) throw this.faults.tooDeep();
  }
}

/** `xmlns`, and where a schema is to be found: R4 does not want the latter, but it changes nothing. */
function isDeclaration({ uri, local }: SaxesAttributeNS): boolean {
  return uri === namespaces || (uri === schemaInstance && (local === 'schemaLocation' || local === 'noNamespaceSchemaLocation'));
}
