/**
 * Stored JSON as the client wants to read it. As it is stored it goes out untouched; anything else is made of it, and gives way to
 * other requests while it is long. Source: R4 xml.html, json.html, http.html#parameters (_pretty)
 */
import type { TypeModel } from '../definitions/definitions.js';
import { inSteps } from '../model/in-steps.js';
import { indentJsonInSteps } from '../model/indent-json.js';
import { isObject } from '../model/json.js';
import { parseStored } from '../model/parse-stored.js';
import { encodeInSteps } from '../model/write-json.js';
import { writeXmlInSteps } from '../xml/write-xml.js';
import type { Form } from './media-types.js';

const XML_INDENT = 2;

export function render(types: TypeModel, body: Buffer, form: Form, pretty: boolean): Buffer | Promise<Buffer> {
  return form.syntax === 'json' && !pretty ? body : inSteps(rewritten(types, body, form, pretty));
}

function* rewritten(types: TypeModel, body: Buffer, form: Form, pretty: boolean): Generator<undefined, Buffer> {
  const json = yield* parseStored(body);
  if (form.syntax === 'json' || !isObject(json)) return yield* encodeInSteps(`${yield* indentJsonInSteps(json)}\n`);
  return yield* encodeInSteps(yield* writeXmlInSteps(types, json, pretty ? XML_INDENT : 0));
}
