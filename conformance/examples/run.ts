/**
 * One official example through a server: created, read back, read back as XML, and that XML written over it. What R4's own rules
 * refuse must be refused for just that. Source: R4 http.html#create, http.html#update, http.html#mime-type, xml.html
 */
import type { TypeModel } from '../../src/definitions/definitions.js';
import { isObject, type JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import { type Answer, send } from '../rest/client.js';
import { difference } from './compare.js';
import { type Example, readExample } from './example.js';

export interface Target {
  /** Without a slash at the end. */
  readonly base: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly types: TypeModel;
  /** It is this server: what must be refused is known to the error, and the order of keys must be kept. */
  readonly own: boolean;
  /** The server claims XML. */
  readonly xml: boolean;
  /** Examples of more bytes than this go through JSON alone. */
  readonly xmlUpTo: number;
}

export type Verdict = { readonly kind: 'kept' | 'served' | 'refused' } | { readonly kind: 'failed'; readonly finding: string };

const JSON_TYPE = 'application/fhir+json';
const XML_TYPE = 'application/fhir+xml';

class Finding extends Error {}

export async function runExample(example: Example, target: Target): Promise<Verdict> {
  try {
    const { kind } = example.expected;
    if (kind === 'served' && target.own) return await beServed(example, target);
    if (kind === 'kept' || (kind !== 'too-long' && !target.own)) return await keep(example, target);
    await refuse(example, target);
    return { kind: 'refused' };
  } catch (error) {
    return { kind: 'failed', finding: error instanceof Error ? error.message : String(error) };
  }
}

async function keep({ name, expected }: Example, target: Target): Promise<Verdict> {
  const { text, resource } = readExample(name);
  const created = await create(target, resource, text);
  // Another server may know what is wrong with those that are, or not.
  if (expected.kind === 'invalid' && created.status >= 400) return { kind: 'refused' };
  const path = pathOf(created, resource);
  const json = objectOf(demand(await ask(target, 'GET', path), 200, 'GET'));
  equal('read as JSON', difference(resource, json, target.own));
  if (!target.xml || text.length > target.xmlUpTo) return { kind: 'kept' };
  const xml = demand(await ask(target, 'GET', path, XML_TYPE), 200, 'GET as XML').body;
  equal('read as XML', difference(json, parseXml(target.types, xml.toString()), false));
  demand(await ask(target, 'PUT', path, JSON_TYPE, xml, XML_TYPE), 200, 'PUT of the XML');
  const again = objectOf(demand(await ask(target, 'GET', path), 200, 'GET after the PUT of XML'));
  equal('written as XML', difference(resource, again, false));
  return { kind: 'kept' };
}

async function beServed({ name }: Example, target: Target): Promise<Verdict> {
  const { text, resource } = readExample(name);
  const path = `${resource.resourceType}/${resource.id}`;
  demand(await ask(target, 'PUT', path, JSON_TYPE, text), 405, 'writing over a definition');
  const json = objectOf(demand(await ask(target, 'GET', path), 200, 'GET'));
  equal('read as JSON', difference(resource, json, target.own));
  const xml = demand(await ask(target, 'GET', path, XML_TYPE), 200, 'GET as XML').body;
  equal('read as XML', difference(json, parseXml(target.types, xml.toString()), false));
  return { kind: 'served' };
}

/** Under its id where it has one that is free: 405 says that the server does not let clients choose it. */
async function create(target: Target, resource: JsonObject, text: Buffer): Promise<Answer> {
  const type = String(resource.resourceType);
  if (typeof resource.id === 'string') {
    const answer = await ask(target, 'PUT', `${type}/${resource.id}`, JSON_TYPE, text);
    if (answer.status !== 405) return answer;
  }
  return ask(target, 'POST', type, JSON_TYPE, text);
}

function pathOf(created: Answer, { resourceType }: JsonObject): string {
  if (created.status !== 201 && created.status !== 200) throw new Finding(`creating it gave ${shown(created)}`);
  const location = new RegExp(`${resourceType}/[A-Za-z0-9.-]+`).exec(created.headers.location ?? '');
  if (location === null) throw new Finding(`the Location of the answer was ${created.headers.location}`);
  return location[0];
}

async function refuse({ name, expected }: Example, target: Target): Promise<void> {
  const { text, resource } = readExample(name);
  const answer = await create(target, resource, text);
  demand(answer, expected.kind === 'too-long' ? 413 : 422, 'creating what must be refused');
  if (expected.kind !== 'invalid') return;
  const counts: Record<string, number> = {};
  for (const id of errorsOf(objectOf(answer))) counts[id] = (counts[id] ?? 0) + 1;
  const [found, wanted] = [counts, expected.errors].map((errors) => JSON.stringify(Object.entries(errors).sort()));
  if (found !== wanted) throw new Finding(`it was refused for ${found}, not for ${wanted}`);
}

function errorsOf({ issue }: JsonObject): readonly string[] {
  const issues = Array.isArray(issue) ? issue.filter(isObject) : [];
  return issues.filter(({ severity }) => severity === 'error').map(({ details }) => messageId(details));
}

function messageId(details: unknown): string {
  const coding = isObject(details) && Array.isArray(details.coding) ? details.coding[0] : undefined;
  return isObject(coding) ? String(coding.code) : '';
}

function ask(target: Target, method: string, path: string, accept = JSON_TYPE, body?: Buffer, type = JSON_TYPE): Promise<Answer> {
  const headers = { Accept: accept, ...(body === undefined ? {} : { 'Content-Type': type }), ...target.headers };
  return send({ method, url: `${target.base}/${path}`, headers, body });
}

function demand(answer: Answer, status: number, what: string): Answer {
  const { status: found } = answer;
  if (found === status) return answer;
  throw new Finding(`${what} gave ${shown(answer)} where ${status} was expected`);
}

function shown({ status, body }: Answer): string {
  return `${status} ${body.toString().slice(0, 600)}`;
}

function objectOf({ body }: Answer): JsonObject {
  const value = parseJson(body.toString());
  if (!isObject(value)) throw new Finding('the answer is no resource');
  return value;
}

function equal(what: string, found: string | undefined): void {
  if (found !== undefined) throw new Finding(`${what}: ${found}`);
}
