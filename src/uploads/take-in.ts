/** What was committed, put into effect. The concepts of a large code system lie in a table, whether it came with them or names one. */
import type { CodeSystem } from 'fhir/r4.js';
import { tableDigestOf } from '../definitions/concept-table-extension.js';
import type { LiveDefinitions } from '../definitions/live.js';
import { isLiveType, type Uploaded, uploaded } from '../definitions/uploaded.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Message } from '../model/message.js';
import { parseStored } from '../model/parse-stored.js';
import type { Version } from '../store/port.js';
import { withTable } from '../terminology/table/attached.js';
import type { ConceptTable } from '../terminology/table/concept-table.js';
import { tableOfCodeSystem } from '../terminology/table/from-code-system.js';
import type { ConceptTables, HeldTable } from './concept-tables.js';

export interface Unusable {
  /** Where it can be said. */
  readonly why: Message | undefined;
}

/** Does nothing where this version, or a later one, is in effect. */
export async function takeIn(
  version: Version,
  definitions: LiveDefinitions,
  tables: ConceptTables | undefined,
): Promise<Unusable | undefined> {
  const { type, id, lastUpdated, json } = version;
  if (!isLiveType(type)) return undefined;
  const isPast = () => (definitions.versionOf(type, id) ?? 0) >= version.version;
  if (isPast()) return undefined;
  const name = `${type}/${id}`;
  const found = json === null ? undefined : await readVersion(json, name, tables);
  const one = found && (await inSteps(uploaded(found.kept, { id, version: version.version, lastUpdated })));
  // Meanwhile another process may have written, and been heard of.
  if (isPast()) return undefined;
  tables?.hold(name, one && (found?.table ?? found?.why));
  if (one === undefined) definitions.remove(type, id, version.version);
  else definitions.put(found?.table === undefined ? one : havingTable(one, found.table.table));
  const isUseless = json !== null && (one === undefined || found?.why !== undefined);
  return isUseless ? { why: found?.why } : undefined;
}

interface Found {
  readonly kept: JsonObject;
  readonly table?: HeldTable;
  /** Why the table that is named cannot be had. */
  readonly why?: Message;
}

async function readVersion(json: Buffer, name: string, tables: ConceptTables | undefined): Promise<Found | undefined> {
  const sent = await inSteps(read(json));
  if (!isObject(sent)) return undefined;
  if (sent.resourceType !== 'CodeSystem' || tables === undefined) return { kept: sent };
  const digest = tableDigestOf(sent);
  if (digest !== undefined) {
    const table = await tables.load(name, digest);
    return 'id' in table ? { kept: sent, why: table } : { kept: withoutConcepts(sent), table: { digest, table } };
  }
  const table = json.length < LARGE ? undefined : await tableOfItsOwn(sent);
  return table === undefined ? { kept: sent } : { kept: withoutConcepts(sent), table: { digest: name, table } };
}

/** Bytes that are read at once; the exact text of numbers, which takes longer, is of no use to rules. */
const SHORT = 256 * 1024;

function* read(json: Buffer): Generator<undefined, Json> {
  return json.length <= SHORT ? (JSON.parse(json.toString()) as Json) : yield* parseStored(json);
}

/** Bytes of a CodeSystem from which on its concepts are better kept in a table than as objects. */
const LARGE = 512 * 1024;

async function tableOfItsOwn(sent: JsonObject): Promise<ConceptTable | undefined> {
  try {
    return await inSteps(tableOfCodeSystem(sent as unknown as CodeSystem));
  } catch {
    // Of a shape that no rule of R4 allows: it is kept as it is.
    return undefined;
  }
}

function withoutConcepts({ concept: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** The same, with its concepts in a table. */
export function havingTable(one: Uploaded, table: ConceptTable): Uploaded {
  const codeSystem = withTable(one.read() as CodeSystem, table);
  return { ...one, read: () => codeSystem };
}
