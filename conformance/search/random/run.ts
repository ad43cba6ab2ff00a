/** Random searches sent to a server, and what it gives held against the oracle: every page forwards and backwards, the total, what is included. */
import { createRandom } from '../../oracle/random.js';
import { send } from '../../rest/client.js';
import { makeQuestion, type Question, queryOf } from './question.js';
import { makeResources } from './resources.js';
import type { Plain } from './values.js';
import { createWorld } from './world.js';

export interface Options {
  /** Without a slash at the end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly questions: number;
  /** How many are on their way at the same moment. */
  readonly atOnce: number;
}

export interface Difference {
  readonly query: string;
  readonly finding: string;
}

export interface RandomResult {
  readonly resources: number;
  readonly questions: number;
  /** Questions that something matches. */
  readonly withMatches: number;
  readonly pages: number;
  readonly differences: readonly Difference[];
}

/** The server must hold nothing else of these types. */
export async function runRandom({ base, headers, seed, questions, atOnce }: Options): Promise<RandomResult> {
  const random = createRandom(seed);
  const world = createWorld(makeResources(random));
  await put(base, headers, world.resources);
  const asked = Array.from({ length: questions }, () => makeQuestion(random, world));
  const differences: Difference[] = [];
  let pages = 0;
  const left = asked.values();
  const work = async () => {
    for (const question of left) {
      const query = `${question.type}?${queryOf(question)}`;
      const walk = new Walk(question, base, headers);
      const finding = await walk.judge(`${base}/${query.replaceAll(encodeURIComponent('{{base}}'), encodeURIComponent(base))}`);
      pages += walk.pages;
      if (finding !== undefined) differences.push({ query: decodeURIComponent(query), finding });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const withMatches = asked.filter(({ expected }) => expected.length > 0).length;
  return { resources: world.resources.length, questions, withMatches, pages, differences };
}

/** In transactions, whose order is that of creation. */
async function put(base: string, headers: Readonly<Record<string, string>>, resources: readonly Plain[]): Promise<void> {
  for (let from = 0; from < resources.length; from += 100) {
    const entry = resources.slice(from, from + 100).map((resource) => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const text = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }).replaceAll('{{base}}', base);
    const answer = await send({
      method: 'POST',
      url: base,
      headers: { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json', ...headers },
      body: Buffer.from(text),
    });
    if (answer.status !== 200) throw new Error(`The resources were refused: ${answer.status} ${answer.body.toString().slice(0, 1500)}`);
  }
}

interface Page {
  readonly ids: readonly string[];
  readonly included: readonly string[];
  readonly total?: number;
  readonly links: Readonly<Record<string, string>>;
}

class Finding extends Error {}

class Walk {
  pages = 0;

  constructor(
    private readonly question: Question,
    private readonly base: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** What is wrong with the answers; undefined: nothing. */
  async judge(url: string): Promise<string | undefined> {
    try {
      const { expected, count } = this.question;
      const wanted = Array.from({ length: Math.max(1, Math.ceil(expected.length / count)) }, (_none, at) =>
        expected.slice(at * count, (at + 1) * count),
      );
      const last = await this.forwards(url, wanted);
      await this.backwards(last, wanted);
      return undefined;
    } catch (error) {
      if (error instanceof Finding) return error.message;
      throw error;
    }
  }

  private async forwards(url: string, wanted: readonly (readonly Plain[])[]): Promise<Page> {
    let page = await this.page(url);
    for (const [at, content] of wanted.entries()) {
      this.compare(page, content, `page ${at + 1}`);
      const { next } = page.links;
      if (at === wanted.length - 1) {
        if (next !== undefined) throw new Finding('the last page has a next link');
        break;
      }
      if (next === undefined) throw new Finding(`page ${at + 1} of ${wanted.length} has no next link`);
      page = await this.page(next);
    }
    return page;
  }

  private async backwards(last: Page, wanted: readonly (readonly Plain[])[]): Promise<void> {
    let page = last;
    for (let at = wanted.length - 2; at >= 0; at--) {
      const { previous } = page.links;
      if (previous === undefined) throw new Finding(`page ${at + 2} has no previous link`);
      page = await this.page(previous);
      this.compare(page, wanted[at] ?? [], `page ${at + 1}, reached backwards`);
    }
    if (page.links.previous !== undefined) throw new Finding('the first page has a previous link');
  }

  private compare(page: Page, content: readonly Plain[], what: string): void {
    const ids = content.map(({ id }) => id);
    if (page.ids.join() !== ids.join())
      throw new Finding(`${what}: ${page.ids.join(' ') || 'nothing'} instead of ${ids.join(' ') || 'nothing'}`);
    const { includes, total, expected } = this.question;
    const own = new Set(content);
    const along = new Set(includes.flatMap(({ of }) => of(content)).filter((one) => !own.has(one)));
    const wanted = [...along].map(({ id }) => id as string).sort();
    const found = [...page.included].sort();
    if (found.join() !== wanted.join())
      throw new Finding(`${what}: included ${found.join(' ') || 'nothing'} instead of ${wanted.join(' ') || 'nothing'}`);
    const stated = page.total ?? (total ? 'none' : expected.length);
    if (stated !== expected.length) throw new Finding(`${what}: total ${stated} instead of ${expected.length}`);
  }

  private async page(url: string): Promise<Page> {
    this.pages++;
    const { status, body } = await send({ method: 'GET', url, headers: { Accept: 'application/fhir+json', ...this.headers } });
    const bundle: Plain = JSON.parse(body.toString());
    if (status !== 200) throw new Finding(`${status} ${bundle.issue?.[0]?.details?.text}`);
    const entries: readonly Plain[] = bundle.entry ?? [];
    const idsOf = (mode: string) => entries.filter(({ search }) => search?.mode === mode).map(({ resource }) => resource.id as string);
    if (entries.some(({ fullUrl, search }) => search?.mode !== 'outcome' && !fullUrl?.startsWith(this.base)))
      throw new Finding('an entry without its URL');
    const links = Object.fromEntries((bundle.link ?? []).map(({ relation, url: to }: Plain) => [relation, to]));
    return { ids: idsOf('match'), included: idsOf('include'), total: bundle.total, links };
  }
}
