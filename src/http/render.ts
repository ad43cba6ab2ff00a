/**
 * Stored JSON as the client wants to read it. As it is stored it goes out untouched; anything else is made of it, and gives way to
 * other requests while it is long. Source: R4 xml.html, json.html, http.html#parameters (_pretty)
 */
import type { TypeModel } from '../definitions/definitions.js';
import { inSteps } from '../interactions/in-steps.js';
import { indentJsonInSteps } from '../model/indent-json.js';
import { isObject } from '../model/json.js';
import { parseJsonInSteps } from '../model/parse-json.js';
import { writeXmlInSteps } from '../xml/write-xml.js';
import type { Form } from './media-types.js';

const XML_INDENT = 2;

export function render(types: TypeModel, body: Buffer, form: Form, pretty: boolean): Buffer | Promise<Buffer> {
  return form.syntax === 'json' && !pretty ? body : rewritten(types, body, form, pretty);
}

async function rewritten(types: TypeModel, body: Buffer, form: Form, pretty: boolean): Promise<Buffer> {
  const json = await inSteps(parseJsonInSteps(body.toString()));
  if (form.syntax === 'json' || !isObject(json)) return Buffer.from(`${await inSteps(indentJsonInSteps(json))}\n`);
  return Buffer.from(await inSteps(writeXmlInSteps(types, json, pretty ? XML_INDENT : 0)));
}
