/** The JSON of a resource as it is stored; a long one is read in steps. Source: R4 json.html */
import { StringDecoder } from 'node:string_decoder';
import type { Json } from './json.js';
import { parseJson, parseJsonInSteps } from './parse-json.js';

/** Bytes that are read in a few milliseconds, and such that are decoded in as many. */
const SHORT = 128 * 1024;
const STEP = 512 * 1024;

export function* parseStored(json: Buffer): Generator<undefined, Json> {
  if (json.length <= SHORT) return parseJson(json.toString());
  return yield* parseJsonInSteps(yield* decoded(json));
}

/** `bytes` are UTF-8. */
export function* decoded(bytes: Buffer): Generator<undefined, string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; at += STEP) {
    text += decoder.write(bytes.subarray(at, at + STEP));
    yield;
  }
  return text + decoder.end();
}
