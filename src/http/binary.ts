/**
 * Binary as what it holds: content goes in and comes out as it is, but for who asks for FHIR by name. It is the one type for which the
 * specification itself says so. Source: R4 binary.html#rest
 */
import type { IncomingMessage } from 'node:http';
import type { TypeModel } from '../definitions/definitions.js';
import type { Answer } from '../interactions/intent.js';
import type { Target } from '../interactions/request.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type JsonObject } from '../model/json.js';
import { FhirError } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import { syntaxOf } from './body-kind.js';
import type { Exchange } from './exchange.js';
import { isFhirType, parseMediaType } from './media-types.js';
import { parseBody } from './parse-body.js';
import { headersOf, notAsPage, send } from './respond.js';

/** Whether a read is answered with the content itself. */
export function wantsContent(target: Target, fhir: boolean): boolean {
  return !fhir && (target.interaction === 'read' || target.interaction === 'vread') && target.type === 'Binary';
}

/**
 * The Binary a body stands for: itself where it is one, written in a format of FHIR; else one that holds it. Throws FhirError 400 where
 * the body claims to be FHIR and cannot be read.
 */
export async function binaryOf(types: TypeModel, req: IncomingMessage, target: Target, bytes: Buffer): Promise<JsonObject> {
  const contentType = req.headers['content-type'];
  const type = parseMediaType(contentType ?? 'application/json');
  const syntax = syntaxOf(type);
  if (syntax !== undefined) {
    try {
      const json = await parseBody(types, syntax, bytes);
      if (isObject(json) && json.resourceType === 'Binary') return json;
    } catch (error) {
      if (!(error instanceof FhirError) || isFhirType(type.name)) throw error;
    }
  }
  const context = req.headers['x-security-context'];
  return {
    resourceType: 'Binary',
    ...('id' in target && target.id !== undefined ? { id: target.id } : {}),
    contentType: contentType?.trim().replace(/\s+/g, ' ') || 'application/octet-stream',
    ...(context === undefined ? {} : { securityContext: { reference: String(context) } }),
    ...(bytes.length === 0 ? {} : { data: bytes.toString('base64') }),
  };
}

/** `answer` is that of the read. A page, a script or a drawing that somebody stored must not run as one of ours. */
export async function respondContent(exchange: Exchange, answer: Answer): Promise<void> {
  const { status, resource } = answer;
  const headers = headersOf(exchange, answer);
  if (resource === undefined) return send(exchange, { status, headers });
  const binary = await inSteps(parseStored(resource));
  const { contentType, data, securityContext } = isObject(binary) ? binary : {};
  const context = isObject(securityContext) ? securityContext.reference : undefined;
  if (typeof context === 'string' && isPlain.test(context)) headers.push('X-Security-Context', context);
  const type = typeof contentType === 'string' && isMediaType.test(contentType) ? contentType : 'application/octet-stream';
  headers.push(...notAsPage, 'Content-Disposition', isHarmless.test(type) ? 'inline' : 'attachment');
  return send(exchange, { status, headers, body: Buffer.from(typeof data === 'string' ? data : '', 'base64'), contentType: type });
}

const isPlain = /^[\x21-\x7e]{1,1024}$/;
const isMediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: ?; ?[\x20-\x7e]+)*$/;
/** What browsers show without running anything in it. */
const isHarmless =
  /^(?:image\/(?:png|jpe?g|gif|webp|bmp)|text\/plain|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|application\/dicom)\b/i;
