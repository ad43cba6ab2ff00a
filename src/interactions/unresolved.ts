/**
 * URNs that lead nowhere as they stand: only a Bundle resolves them. A URN may still come to mean something to those who know it, so it is
 * stored; whoever wrote it is told. What stands inside of a Bundle or Parameters is a message, and has its links among its own.
 * (Criteria outside of a transaction are refused by the validator.) Source: R4 http.html#brules, references.html#literal
 */
import type { TypeModel } from '../definitions/definitions.js';
import { message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import { parseReference } from '../model/reference.js';
import type { Resource } from '../model/resource.js';
import { eachReference } from '../search/each-reference.js';

type Model = Pick<TypeModel, 'properties'>;

/** `json`: the text of the resource as it will be stored. A warning for each URN. */
export function unresolvedReferences(model: Model, resource: Resource, json: Buffer): readonly Issue[] {
  if (!mayHoldAny(json)) return [];
  const issues: Issue[] = [];
  eachReference(model, resource, (reference, path) => {
    if (parseReference(reference).kind !== 'urn') return;
    issues.push({ severity: 'warning', code: 'not-found', message: unknownUrn(reference), expression: `${path}.reference` });
  });
  return issues;
}

const mark = Buffer.from('"reference":"');

/** Cheap, because every write is looked at: most hold none. In JSON written here a text cannot look like the mark. */
function mayHoldAny(json: Buffer): boolean {
  for (let at = json.indexOf(mark); at !== -1; at = json.indexOf(mark, at)) {
    at += mark.length;
    if (json.toString('latin1', at, at + 4) === 'urn:') return true;
  }
  return false;
}

function unknownUrn(reference: string) {
  return message(
    'reference-unresolved',
    `The reference ${reference} is stored as it is and leads to nothing here; only a transaction that holds what it names replaces it`,
    `引用 ${reference} 按原样存储，在此不指向任何资源；只有含有其所指资源的事务才会替换它`,
  );
}
