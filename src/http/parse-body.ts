/** The text of a body → the value it stands for. What is long gives way to other requests while it is read. Source: R4 json.html, xml.html */
import type { TypeModel } from '../definitions/definitions.js';
import { findInJson } from '../model/find-in-json.js';
import { inSteps } from '../model/in-steps.js';
import type { Json } from '../model/json.js';
import { parseJson, parseJsonInSteps } from '../model/parse-json.js';
import { createSent, type Sent } from '../model/sent.js';
import { findInXml } from '../xml/find-in-xml.js';
import { parseXml, parseXmlInSteps } from '../xml/parse-xml.js';
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

/** The same body once more, for those who have to tell where in it something stands. */
export function sentAs(syntax: Syntax, bytes: Buffer): Sent {
  return createSent(() => textInSteps(bytes), syntax === 'json' ? findInJson : findInXml);
}
