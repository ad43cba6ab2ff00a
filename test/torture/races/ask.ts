/** Sends one step to a server and puts its answer into the form that the model gives. */
import type { Criteria, EntryStep, Identifier, Step, Told } from './step.js';

const SYSTEMS = { s: 'urn:lianyi:race:s', t: 'urn:lianyi:race:t' } as const;
/** Milliseconds after which an answer counts as lost. */
const LOST = 60_000;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  readonly body: any;
}

export async function send(url: string, method: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/fhir+json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(LOST),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

export interface Asked {
  /** `refused`: it says itself that nothing was stored and that it may be asked again. undefined: nobody knows. */
  readonly told: Told | 'refused' | undefined;
  readonly ids: readonly (string | undefined)[];
}

export async function ask(base: string, step: Step): Promise<Asked> {
  const { method, url, body, headers } = requestOf(step);
  let answer: Answered;
  try {
    answer = await send(base + url, method, body, headers);
  } catch {
    return { told: undefined, ids: [] };
  }
  if (answer.status === 503) return { told: answer.headers.has('retry-after') ? 'refused' : undefined, ids: [] };
  return step.kind === 'transaction' ? toldOfBundle(step.entries, answer) : toldOf(step, answer);
}

function toldOf(step: Exclude<Step, { readonly kind: 'transaction' }>, { status, headers, body }: Answered): Asked {
  if (status >= 300) return { told: { status, shown: '' }, ids: [] };
  if (step.kind === 'search') {
    const entries: readonly { readonly resource: Shown }[] = body.entry ?? [];
    const shown = entries.map(({ resource }) => shownAs(resource)).sort();
    return { told: { status, shown: shown.join(', ') }, ids: [] };
  }
  if (step.kind === 'delete' || step.kind === 'delete-found')
    return { told: { status, shown: deletionOf(headers.get('etag'), body) }, ids: [] };
  const shown: Shown = body;
  const [id, version] = placeOf(headers.get('location') ?? headers.get('content-location'));
  const isRight = shown.id === id && shown.meta.versionId === version && headers.get('etag') === `W/"${version}"`;
  return { told: { status, shown: isRight ? shownAs(shown) : 'headers and body differ' }, ids: [id] };
}

function toldOfBundle(entries: readonly EntryStep[], { status, body }: Answered): Asked {
  if (status >= 300) return { told: { status, shown: '' }, ids: [] };
  const answers: readonly EntryAnswer[] = body.entry;
  const shown = answers.map(
    ({ response, resource }, index) => `${response.status.slice(0, 3)} ${shownInEntry(entries[index], response, resource)}`,
  );
  return { told: { status, shown: shown.join('; ') }, ids: answers.map(({ response }) => placeOf(response.location)[0]) };
}

interface Shown {
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly name?: readonly { readonly text: string }[];
}

interface EntryAnswer {
  readonly resource?: Shown;
  readonly response: { readonly status: string; readonly location?: string; readonly etag?: string; readonly outcome?: unknown };
}

function shownInEntry(entry: EntryStep | undefined, { location, etag, outcome }: EntryAnswer['response'], resource?: Shown): string {
  if (entry?.kind === 'read') return resource === undefined ? '' : shownAs(resource);
  if (entry?.kind === 'delete' || entry?.kind === 'delete-found') return deletionOf(etag, outcome);
  const [id, version] = placeOf(location);
  return etag === `W/"${version}"` ? `${id}/${version}` : 'location and etag differ';
}

function shownAs({ id, meta, name }: Shown): string {
  return `${id}/${meta.versionId}=${name?.[0]?.text}`;
}

// biome-ignore lint/suspicious/noExplicitAny: an OperationOutcome, or nothing
function deletionOf(etag: string | null | undefined, outcome: any): string {
  const count = /^\d+/.exec(outcome?.issue?.[0]?.details?.text ?? '')?.[0];
  if (count !== undefined) return `#${count}`;
  return etag == null ? '' : `/${/"(\d+)"/.exec(etag)?.[1]}`;
}

function placeOf(url: string | null | undefined): readonly [id: string | undefined, version: string | undefined] {
  const [, id, version] = /Patient\/([^/]+)\/_history\/(\d+)$/.exec(url ?? '') ?? [];
  return [id, version];
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

function requestOf(step: Step): Request {
  if (step.kind === 'search') return { method: 'GET', url: `/Patient?${query(step.criteria)}&_count=1000`, headers: {} };
  if (step.kind === 'transaction') return { method: 'POST', url: '', body: bundleOf(step.entries), headers: {} };
  const { method, path, ifNoneExist, ifMatch, ifNoneMatch, resource } = entryOf(step);
  return {
    method,
    url: `/${path}`,
    ...(method === 'PATCH' ? { body: patchOf(step) } : resource === undefined ? {} : { body: resource }),
    headers: {
      ...(method === 'PATCH' && { 'content-type': 'application/json-patch+json' }),
      ...(ifNoneExist !== undefined && { 'if-none-exist': ifNoneExist }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    },
  };
}

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly ifNoneExist?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly resource?: object;
}

function entryOf(step: EntryStep): Entry {
  const conditions = {
    ...('ifMatch' in step && step.ifMatch !== undefined && { ifMatch: `W/"${step.ifMatch}"` }),
    ...('ifNoneMatch' in step && step.ifNoneMatch && { ifNoneMatch: '*' }),
  };
  switch (step.kind) {
    case 'create':
      return { method: 'POST', path: 'Patient', resource: patient(step), ...(step.unless && { ifNoneExist: query(step.unless) }) };
    case 'update':
      return { method: 'PUT', path: `Patient/${step.id}`, resource: patient(step), ...conditions };
    case 'update-found':
      return { method: 'PUT', path: `Patient?${query(step.criteria)}`, resource: patient(step), ...conditions };
    case 'patch':
      return { method: 'PATCH', path: `Patient/${step.id}`, ...conditions };
    case 'patch-found':
      return { method: 'PATCH', path: `Patient?${query(step.criteria)}`, ...conditions };
    case 'delete':
      return { method: 'DELETE', path: `Patient/${step.id}`, ...conditions };
    case 'delete-found':
      return { method: 'DELETE', path: `Patient?${query(step.criteria)}`, ...conditions };
    case 'read':
      return { method: 'GET', path: `Patient/${step.id}` };
  }
}

function bundleOf(entries: readonly EntryStep[]) {
  const entry = entries.map((step) => {
    const { path, resource, ...request } = entryOf(step);
    const binary = () => ({
      resourceType: 'Binary',
      contentType: 'application/json-patch+json',
      data: Buffer.from(JSON.stringify(patchOf(step))).toString('base64'),
    });
    return { resource: request.method === 'PATCH' ? binary() : resource, request: { ...request, url: path } };
  });
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function patient({ id, mark, identifiers }: { readonly id?: string; readonly mark: string; readonly identifiers: readonly Identifier[] }) {
  return { resourceType: 'Patient', ...(id !== undefined && { id }), identifier: identifiers.map(identifierOf), name: [{ text: mark }] };
}

function patchOf(step: EntryStep) {
  if (!('mark' in step)) return [];
  return [
    { op: 'add', path: '/identifier', value: step.identifiers.map(identifierOf) },
    { op: 'add', path: '/name', value: [{ text: step.mark }] },
  ];
}

function identifierOf({ system, value }: Identifier) {
  return { system: SYSTEMS[system], value };
}

export function query(criteria: Criteria): string {
  const texts = criteria.map((any) =>
    any.map(({ system, value }) => encodeURIComponent(system === undefined ? value : `${SYSTEMS[system]}|${value}`)).join(','),
  );
  return texts.map((text) => `identifier=${text}`).join('&');
}
