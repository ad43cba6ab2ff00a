/** POST to the root: which of the two it is, the Bundle says. Source: R4 http.html#transaction */
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault, type Issue } from '../model/outcome.js';
import { refuseFaults } from '../model/sent.js';
import { resourceOf, validated } from './body.js';
import type { Interaction, Rooms } from './intent.js';
import { refuseParameters } from './parameters.js';

export function bundleInteraction(
  rooms: Pick<Rooms, 'definitions' | 'bundleEntries' | 'uploads'>,
  kinds: { readonly batch: BundleInteraction; readonly transaction: BundleInteraction },
): Interaction<'bundle'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    refuseSingle(rooms, request.body);
    if (request.sent?.faults('Bundle').some(isAround) === true) refuseFaults(request);
    const bundle = resourceOf(request.body, 'Bundle');
    const entries = entriesOf(rooms, bundle);
    if (bundle.type !== 'batch' && bundle.type !== 'transaction') throw wrongType(bundle.type);
    // Only what stands around the entries: each entry is looked at when it is performed.
    const { entry: _, ...around } = bundle;
    await inSteps(validated(rooms.uploads, around));
    return kinds[bundle.type](request, entries, view);
  };
}

/** Not of a resource that an entry brings: that is told of when the entry is performed. */
function isAround({ expression = '' }: Issue): boolean {
  return !/^Bundle\.entry\[\d+\]\.resource\b/.test(expression);
}

/** Who sends a resource here means to create it. Source: R4 http.html#create */
function refuseSingle({ definitions }: Pick<Rooms, 'definitions'>, body: Json | undefined): void {
  const type = isObject(body) ? body.resourceType : undefined;
  if (typeof type !== 'string' || type === 'Bundle' || !definitions.isResourceType(type)) return;
  throw fault(
    'invalid',
    message(
      'bundle-wanted',
      `The body is a ${type}; to create it, post it to /${type} (here a Bundle of the type "batch" or "transaction" was expected)`,
      `正文是 ${type}；若要新建，请提交到 /${type}（此处应为“batch”或“transaction”类型的 Bundle）`,
    ),
    { expression: `${type}.resourceType` },
  );
}

export type BundleInteraction = (
  request: Parameters<Interaction<'bundle'>>[0],
  entries: readonly Json[],
  view: Parameters<Interaction<'bundle'>>[1],
) => ReturnType<Interaction<'bundle'>>;

/** Throws FhirError 400 for what is no Bundle by its properties, 413 for too many entries. */
function entriesOf(rooms: Pick<Rooms, 'definitions' | 'bundleEntries'>, bundle: JsonObject): readonly Json[] {
  refuseUnknown(rooms, bundle, 'Bundle', 'Bundle');
  const entries = bundle.entry ?? [];
  if (!Array.isArray(entries)) {
    throw fault('structure', message('entries-wanted', 'Bundle.entry was expected to be an array', 'Bundle.entry 应为数组'), {
      expression: 'Bundle.entry',
    });
  }
  if (entries.length > rooms.bundleEntries) throw tooMany(entries.length, rooms.bundleEntries);
  for (const [index, entry] of entries.entries()) {
    if (!isObject(entry)) continue;
    refuseUnknown(rooms, entry, 'Bundle.entry', `Bundle.entry[${index}]`);
    if (isObject(entry.request)) refuseUnknown(rooms, entry.request, 'Bundle.entry.request', `Bundle.entry[${index}].request`);
  }
  return entries;
}

/** A misspelt property would otherwise be passed over in silence. */
function refuseUnknown({ definitions }: Pick<Rooms, 'definitions'>, json: JsonObject, type: string, place: string): void {
  const known = definitions.properties(type);
  for (const name of Object.keys(json)) {
    if (name === 'resourceType' || known.has(name.startsWith('_') ? name.slice(1) : name)) continue;
    throw fault('structure', message('unknown-property', `${type} has no property "${name}"`, `${type} 没有属性“${name}”`), {
      expression: `${place}.${name}`,
    });
  }
}

function wrongType(type: Json | undefined) {
  const found = type === undefined ? 'no type' : `the type ${JSON.stringify(type)}`;
  const foundZh = type === undefined ? '没有 type' : `的 type 为 ${JSON.stringify(type)}`;
  return fault(
    'value',
    message(
      'bundle-type',
      `The Bundle has ${found}; "batch" or "transaction" was expected here (to store it as it is, post it to /Bundle)`,
      `该 Bundle ${foundZh}；此处应为“batch”或“transaction”（若要原样存储，请提交到 /Bundle）`,
    ),
    { expression: 'Bundle.type' },
  );
}

function tooMany(found: number, most: number) {
  return fault(
    'too-long',
    message(
      'too-many-entries',
      `The Bundle has ${found} entries; at most ${most} are allowed`,
      `该 Bundle 有 ${found} 个条目；最多允许 ${most} 个`,
    ),
    { expression: 'Bundle.entry' },
  );
}
