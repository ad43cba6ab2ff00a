/** What the server says of itself. Source: R4 http.html#capabilities */
import { createHash } from 'node:crypto';
import { inSteps } from '../model/in-steps.js';
import { isObject, type JsonObject, stringifyJson } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { parseJson } from '../model/parse-json.js';
import type { CapabilitiesRooms } from './capabilities-rooms.js';
import { capabilityStatement } from './capability-statement.js';
import { type Answer, type Interaction, reading } from './intent.js';
import { trialUsePaths, without } from './normative.js';
import { honoured, onlyOnce } from './parameters.js';
import { isNotModified } from './preconditions.js';
import { partsAsked } from './read.js';
import { terminologyCapabilities } from './terminology-capabilities.js';

/** A statement is written when it is first asked for, and again when profiles, value sets, code systems or what can be searched by have changed. */
const modes: Readonly<Record<string, (rooms: CapabilitiesRooms) => Promise<JsonObject>>> = {
  full: capabilityStatement,
  normative: normativeStatement,
  terminology: terminologyCapabilities,
};

/** ETag and Last-Modified are those of the whole statement; its number is a digest. */
interface Statement {
  readonly type: string;
  readonly json: Buffer;
  readonly version: { readonly version: number; readonly lastUpdated: number };
}

interface Written {
  readonly of: string;
  readonly statement: Promise<Statement>;
}

/** What a statement speaks of, as it stands now. */
function standing({ definitions: { generation }, search }: CapabilitiesRooms): string {
  return [generation.structures, generation.terminology, search.searchableChanges()].join(' ');
}

export function capabilitiesInteraction(rooms: CapabilitiesRooms): Interaction<'capabilities'> {
  const written = new Map<string, Written>();
  const first = standing(rooms);
  const statementOf = (mode: string, write: (rooms: CapabilitiesRooms) => Promise<JsonObject>): Promise<Statement> => {
    const of = standing(rooms);
    const before = written.get(mode);
    if (before?.of === of) return before.statement;
    const since = of === first ? rooms.since : rooms.now();
    const statement = write({ ...rooms, since }).then((json) => statementFrom(json, since));
    written.set(mode, { of, statement });
    // What could not be read from the store is tried again.
    statement.catch(() => written.delete(mode));
    return statement;
  };
  return async (request) => {
    const parameters = honoured(request, ['mode', '_summary', '_elements']);
    const mode = onlyOnce(parameters, 'mode') ?? 'full';
    const write = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
    if (write === undefined) throw unknownMode(mode);
    const { type, json, version } = await statementOf(mode, write);
    const subset = partsAsked(rooms, parameters, type);
    const answer: Answer = isNotModified(request.preconditions, version)
      ? { status: 304, version, storeId: rooms.storeId }
      : {
          status: 200,
          version,
          storeId: rooms.storeId,
          resource: subset === undefined ? json : await inSteps(rooms.search.subset(json, subset)),
        };
    return reading(() => answer);
  };
}

function statementFrom(json: JsonObject, since: number): Statement {
  const text = Buffer.from(stringifyJson(json));
  const version = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  return { type: String(json.resourceType), json: text, version: { version, lastUpdated: since } };
}

/** Which elements are normative says the definition of CapabilityStatement, as it is served. */
async function normativeStatement(rooms: CapabilitiesRooms): Promise<JsonObject> {
  const [version] = await rooms.store.read([{ type: 'StructureDefinition', id: 'CapabilityStatement' }]);
  const structure = version?.json == null ? undefined : parseJson(version.json.toString());
  const paths = isObject(structure) ? trialUsePaths(structure) : new Set<string>();
  return without(await capabilityStatement(rooms), paths, 'CapabilityStatement');
}

function unknownMode(found: string) {
  const known = Object.keys(modes);
  return fault(
    'value',
    message(
      'capabilities-mode',
      `mode was "${found}"; expected one of ${known.join(', ')}`,
      `mode 为“${found}”；应为 ${known.join('、')} 之一`,
    ),
    { expression: 'mode' },
  );
}
