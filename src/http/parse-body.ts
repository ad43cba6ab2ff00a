/** The text of a body → the value it stands for. What is long gives way to other requests while it is read. Source: R4 json.html, xml.html */
import type { TypeModel } from '../definitions/definitions.js';
import { findInJson } from '../model/find-in-json.js';
import { inSteps } from '../model/in-steps.js';
import type { Json } from '../model/json.js';
import { parseJson, parseJsonInSteps } from '../model/parse-json.js';
import { createSent, type Sent } from '../model/sent.js';
import { findInXml } from '../xml/find-in-xml.js';
import { parseXml, parseXmlInSteps, type ReadXml, readXml, readXmlInSteps } from '../xml/parse-xml.js';
import { textInSteps, textOf } from './body.js';
import type { Syntax } from './media-types.js';

/** Bytes that are read in a few milliseconds. */
const SHORT = 128 * 1024;

/** Throws FhirError 400 with line and column for what is not UTF-8, not of the syntax, or in XML not of R4. */
export function parseBody(types: TypeModel, syntax: Syntax, bytes: Buffer): Json | Promise<Json> {
  if (bytes.length > SHORT) return inSteps(parseInSteps(types, syntax, bytes));
  const text = textOf(bytes);
  return syntax === 'json' ? parseJson(text) : parseXml(types, text);
}

function* parseInSteps(types: TypeModel, syntax: Syntax, bytes: Buffer): Generator<undefined, Json> {
  const text = yield* textInSteps(bytes);
  return yield* syntax === 'json' ? parseJsonInSteps(text) : parseXmlInSteps(types, text);
}

/** A body, and its text for those who have to tell what is wrong in it, and where. */
interface ParsedBody {
  readonly body: Json;
  readonly sent: Sent;
}

/** The same for those who report what does not fit R4 with all else that is wrong. Throws for what cannot be read at all. */
export function parseSent(types: TypeModel, syntax: Syntax, bytes: Buffer): ParsedBody | Promise<ParsedBody> {
  if (syntax === 'json') {
    const body = parseBody(types, syntax, bytes);
    const sent = createSent(() => textInSteps(bytes), findInJson);
    return body instanceof Promise ? body.then((parsed) => ({ body: parsed, sent })) : { body, sent };
  }
  const withSent = ({ resource, faults }: ReadXml): ParsedBody => ({
    body: resource,
    sent: createSent(() => textInSteps(bytes), findInXml, faults),
  });
  if (bytes.length <= SHORT) return withSent(readXml(types, textOf(bytes)));
  return inSteps(xmlInSteps(types, bytes)).then(withSent);
}

function* xmlInSteps(types: TypeModel, bytes: Buffer): Generator<undefined, ReadXml> {
  return yield* readXmlInSteps(types, yield* textInSteps(bytes));
}
