/** The resources that all searches of the suite go over, and how they get onto a server. */
import { isObject, type Json, type JsonObject } from '../../src/model/json.js';
import { readData } from '../data.js';
import { putResources } from '../rest/put-resources.js';
import type { Target } from '../rest/run.js';
import { givenTag } from './case.js';

/** Throws an Error where one was refused. */
export function putGiven(target: Target): Promise<void> {
  const resources = readData('search/given.json') as readonly JsonObject[];
  return putResources(
    resources.map((resource) => ({ ...resource, meta: tagged(resource.meta) })),
    target,
  );
}

function tagged(meta: Json | undefined): JsonObject {
  const { tag = [], ...rest } = (isObject(meta) ? meta : {}) as { readonly tag?: readonly Json[] };
  return { ...rest, tag: [...tag, givenTag] };
}
