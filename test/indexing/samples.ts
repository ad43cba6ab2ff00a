/** What the tests of indexing share: people with an extension, a parameter for it, and a patient client. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, issuesOf, type RunningServer } from '../running-server.js';

export type Asking = Pick<RunningServer, 'ask'>;

const eyes = 'http://a.cn/StructureDefinition/eyes';

export const parameter = (id: string, more: object = {}) => ({
  resourceType: 'SearchParameter',
  id,
  url: `http://a.cn/SearchParameter/${id}`,
  version: '1',
  name: id,
  status: 'active',
  description: 'x',
  code: id,
  base: ['Patient'],
  type: 'token',
  expression: `Patient.extension('${eyes}').value`,
  ...more,
});

/** Even ones have brown eyes, odd ones blue. */
export const patient = (at: number, id = `p${at}`) => ({
  resourceType: 'Patient',
  id,
  extension: [{ url: eyes, valueCode: at % 2 === 0 ? 'brown' : 'blue' }],
});

/** Stores patients from 0 on. */
export async function fill({ ask }: Asking, count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const some = Array.from({ length: Math.min(500, count - from) }, (_, at) => patient(from + at));
    const entry = some.map((resource) => ({ resource, request: { method: 'PUT', url: `Patient/${resource.id}` } }));
    const answered = await ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    if (answered.status !== 200) throw new Error(answered.text);
  }
}

/** The answer to a search, as soon as there is another than that what it asks for is being indexed. */
export async function searched({ ask }: Asking, query: string): Promise<Answered> {
  for (;;) {
    const answered = await ask('GET', query);
    if (answered.status !== 400 || !issuesOf(answered).every((issue) => issue.startsWith('error: search-parameter-indexing')))
      return answered;
    await pause(50);
  }
}
