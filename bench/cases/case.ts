/** What is measured, and how an answer is found to be right before anything is timed. */
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Ask, Request } from '../client.js';

export interface Case {
  readonly name: string;
  /** The nth request. */
  request(n: number): Request;
  /** The status of every answer. */
  readonly status: number;
  /** What is wrong with a server's answers, if anything. */
  wrong(ask: Ask): Promise<string | undefined>;
}

export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

export const get = (path: string): Request => ({ method: 'GET', path: `/fhir/${path}` });
export const send = (method: 'POST' | 'PUT', path: string, resource: object): Request => ({
  method,
  path: `/fhir/${path}`,
  body: JSON.stringify(resource),
});

/** The same but for what the server itself says in a resource; `assigned`: the id too. */
export function differs(found: unknown, expected: Resource, assigned = false): string | undefined {
  const bare = ({ id, meta, ...rest }: Resource) => {
    const { versionId, lastUpdated, ...others } = (meta ?? {}) as Readonly<Record<string, unknown>>;
    return { id: assigned ? '' : id, meta: others, ...rest };
  };
  if (isDeepStrictEqual(bare((found ?? {}) as Resource), bare(expected))) return undefined;
  return `found ${JSON.stringify(found)?.slice(0, 200)} instead of ${JSON.stringify(expected).slice(0, 200)}`;
}

export function parsed({ body }: Answer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The first thing wrong with any of these answers. */
export async function firstWrong(
  ask: Ask,
  requests: readonly Request[],
  status: number,
  judge: (answer: Answer, nth: number) => string | undefined | Promise<string | undefined>,
): Promise<string | undefined> {
  for (const [nth, request] of requests.entries()) {
    const answer = await ask(request);
    const wrong =
      answer.status === status ? await judge(answer, nth) : `${answer.status} instead of ${status}: ${answer.body.slice(0, 300)}`;
    if (wrong !== undefined) return `${request.method} ${request.path}: ${wrong}`;
  }
  return undefined;
}

interface Bundle {
  readonly total?: number;
  readonly entry?: readonly { readonly resource?: Resource; readonly search?: { readonly mode?: string } }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}

export interface Page {
  readonly resources: readonly Resource[];
  /** Of these the matches, and what came with them. */
  readonly matches: readonly Resource[];
  readonly others: readonly Resource[];
  readonly total: number | undefined;
  /** Where the next page is. */
  readonly next: string | undefined;
}

export function pageOf(answer: Answer): Page {
  const { total, entry = [], link = [] } = (parsed(answer) ?? {}) as Bundle;
  const of = (entries: typeof entry) => entries.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  return {
    resources: of(entry),
    matches: of(entry.filter(({ search }) => search?.mode === 'match')),
    others: of(entry.filter(({ search }) => search?.mode !== 'match')),
    total,
    next: link.find(({ relation }) => relation === 'next')?.url,
  };
}
