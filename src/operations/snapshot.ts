/**
 * $snapshot: a StructureDefinition with its snapshot made from its differential, by url, by id or as it is sent. Nothing is stored.
 * Source: R4 structuredefinition-operation-snapshot.html
 */
import type { StructureDefinition } from 'fhir/r4.js';
import type { LookUp } from '../definitions/snapshot/look-up.js';
import { generateSnapshot, type SnapshotResult, withSnapshot } from '../definitions/snapshot/snapshot.js';
import { resourceOf } from '../interactions/body.js';
import { type Rooms, reading, type View } from '../interactions/intent.js';
import { deleted, visibleVersion } from '../interactions/read.js';
import type { RequestFor } from '../interactions/request.js';
import { storedTextInSteps } from '../interactions/stamp.js';
import { inSteps } from '../model/in-steps.js';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Key, Resource } from '../model/resource.js';
import type { Operation } from './operation.js';
import { snapshotInput } from './snapshot-input.js';
import { validAsSent } from './valid-as-sent.js';

export const snapshot: Operation = {
  name: 'snapshot',
  definition: 'http://hl7.org/fhir/OperationDefinition/StructureDefinition-snapshot',
  async prepare(rooms, request, view) {
    const structure = await structureAsked(rooms, request, view);
    const result = made(structure, await wholeStructures(rooms, view, structure));
    if (result.kind === 'refused') {
      const issues = result.reasons.map((reason) => ({ severity: 'error', code: 'processing', ...reason }) as const);
      throw new FhirError(issues, { status: 422 });
    }
    const text = await inSteps(storedTextInSteps(result.structure as unknown as Resource));
    return reading(() => ({ status: 200, resource: text }));
  },
};

type Asked = RequestFor<'operation'>;

/** Anew where there is a differential: who asks for a snapshot wants it made. */
function made(structure: StructureDefinition, lookUp: LookUp): SnapshotResult {
  return structure.differential === undefined ? withSnapshot(structure, lookUp) : generateSnapshot(structure, lookUp);
}

async function structureAsked(rooms: Rooms, request: Asked, view: View): Promise<StructureDefinition> {
  const { id } = request;
  if (id !== undefined) return readable(rooms, request, view, { type: 'StructureDefinition', id });
  const { definition, url } = snapshotInput(request);
  if (definition !== undefined) return valid(rooms, resourceOf(definition, 'StructureDefinition'));
  if (url === undefined) throw nothingAsked();
  const known = rooms.uploads.definitions.asSent(url);
  if (known?.id === undefined) throw unknown(url);
  return readable(rooms, request, view, { type: 'StructureDefinition', id: known.id });
}

async function readable(rooms: Rooms, request: Asked, view: View, key: Key): Promise<StructureDefinition> {
  const version = await visibleVersion(rooms, request, view, key);
  if (version.json === null) throw deleted(version);
  return (await inSteps(parseStored(version.json))) as unknown as StructureDefinition;
}

/** Only what is a StructureDefinition at all can be made more of. */
async function valid(rooms: Rooms, resource: Resource): Promise<StructureDefinition> {
  return (await validAsSent(rooms, resource)) as unknown as StructureDefinition;
}

/** How many structures are fetched whole; a profile rests on a few, and on the types it goes into. */
const mostFetched = 200;

/**
 * What rules are compiled from is without texts, and texts belong into a snapshot. So it is made once to see what it rests on, and that
 * is then read from the store; definitions count for everyone, whoever may read them.
 */
async function wholeStructures(rooms: Rooms, view: View, structure: StructureDefinition): Promise<LookUp> {
  const { asSent } = rooms.uploads.definitions;
  const ids = new Map<string, string>();
  made(structure, (canonical) => {
    const found = asSent(canonical);
    if (found?.id !== undefined && ids.size < mostFetched) ids.set(canonical, found.id);
    return found;
  });
  const versions = await view.read([...new Set(ids.values())].map((id) => ({ type: 'StructureDefinition', id })));
  const whole = new Map<string, StructureDefinition>();
  for (const version of versions) {
    if (version === undefined || version.json === null) continue;
    whole.set(version.id, (await inSteps(parseStored(version.json))) as unknown as StructureDefinition);
  }
  return (canonical) => {
    const found = whole.get(ids.get(canonical) ?? '');
    return found !== undefined && canonical.startsWith(found.url) ? found : asSent(canonical);
  };
}

function nothingAsked() {
  return fault(
    'required',
    message(
      'snapshot-of-what',
      'A StructureDefinition was expected: by its id in the URL, as the parameter "url", or itself as the body or the parameter "definition"',
      '应给出 StructureDefinition：URL 中的 id、参数“url”，或作为正文或参数“definition”的资源本身',
    ),
  );
}

function unknown(url: string) {
  return fault('not-found', message('structure-unknown', `There is no StructureDefinition ${url}`, `不存在 StructureDefinition ${url}`), {
    expression: 'url',
  });
}
