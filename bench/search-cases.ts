/** Searches on a running server: whether they are right, and the request that is measured. */
import { type Case, get, pageOf } from './cases/case.js';
import { CHECKED, type Expected, type SearchCase, wrongAnswer } from './cases/expected.js';
import { type Ask, askAt, type Request, type Target } from './client.js';

/** The case as the bench drives it on one server; `bytes` are those of its first answer. */
export interface Driven extends Case {
  readonly bytes: number;
}

/** Asks and looks; a sentence where an answer is not right. */
export async function driven(
  server: Target,
  one: SearchCase,
  expected: readonly Expected[],
): Promise<Driven | { readonly invalid: string }> {
  const ask = askAt(server);
  try {
    const requestOf = one.page === undefined ? (n: number) => get(one.query(n)) : always(await walked(ask, one));
    let bytes = 0;
    for (let n = 0; n < CHECKED; n++) {
      const [request, right] = [requestOf(n), expected[n]];
      if (right === undefined) continue;
      const answer = await ask(request);
      const wrong = wrongAnswer(one, right, answer);
      if (wrong !== undefined) return { invalid: `${request.path}: ${wrong}` };
      if (n === 0) bytes = Buffer.byteLength(answer.body);
    }
    return { name: one.name, status: 200, request: requestOf, wrong: async () => undefined, bytes };
  } catch (error) {
    return { invalid: (error as Error).message };
  }
}

const always = (request: Request) => () => request;

/** The page that the links of those before it lead to. Throws where there is none. */
async function walked(ask: Ask, { name, query, page = 1 }: SearchCase): Promise<Request> {
  let request = get(query(0));
  for (let at = 1; at < page; at++) {
    const { next } = pageOf(await ask(request));
    if (next === undefined) throw new Error(`${name}: page ${at} has no next one`);
    const { pathname, search } = new URL(next);
    request = { method: 'GET', path: pathname + search };
  }
  return request;
}
