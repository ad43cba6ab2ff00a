/** The guide: whole, well-formed, without a dead link, in both languages, and true: what it says to send is stored. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CodeSystem, FhirResource } from 'fhir/r4.js';
import type { Browser } from 'playwright-core';
import { SaxesParser } from 'saxes';
import { hasBrowser, openBrowser } from '../../scripts/demo/journey.js';
import { buildGuide } from '../../scripts/guide/build.js';
import { walk } from '../../scripts/guide/walk.js';
import { writeGuide } from '../../scripts/guide/write-guide.js';
import { builtGuide } from '../../src/http/guide-folder.js';
import { jsonNames, folder as packageFolder, readJson } from '../profiles/room.js';
import { type RunningServer, startServer } from '../running-server.js';

const folder = builtGuide;
let files: readonly string[];
let pages: readonly Read[];
let server: RunningServer;
let root: string;

interface Read {
  readonly path: string;
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[];
}

beforeAll(async () => {
  buildGuide(folder);
  files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(html|json|css|svg)$/.test(path));
  pages = files.filter((path) => path.endsWith('.html')).map(read);
  server = await startServer();
  root = server.url.replace(/\/fhir$/, '');
});
afterAll(() => server?.close());

/** Throws where it is not well-formed. */
function read(path: string): Read {
  const text = readFileSync(join(folder, path), 'utf8');
  const tags: Read['tags'][number][] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new Error(`${path}: ${error.message}`);
  });
  parser.on('opentag', ({ name, attributes }) => void tags.push({ name, attributes: attributes as Record<string, string> }));
  parser.write(text).close();
  return { path, text, tags };
}

describe('Every page', () => {
  test('stands there in Chinese and in English', () => {
    const below = (language: string) => files.filter((path) => path.startsWith(`${language}/`)).map((path) => path.slice(3));
    expect(below('zh').length).toBeGreaterThan(90);
    expect(below('en').sort()).toEqual(below('zh').sort());
  });

  test('is well-formed, with a language, a title and one heading', () => {
    const count = ({ tags }: Read, name: string) => tags.filter((tag) => tag.name === name).length;
    const wrong = pages.filter((page) => !page.tags[0]?.attributes.lang || count(page, 'title') !== 1 || count(page, 'h1') !== 1);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('runs no script and has no style of its own, so that the policy holds', () => {
    const all = pages.flatMap(({ tags }) => tags);
    expect(all.filter(({ name }) => ['script', 'style', 'iframe', 'object', 'form', 'base'].includes(name))).toEqual([]);
    expect(all.filter(({ attributes }) => Object.keys(attributes).some((key) => key === 'style' || key.startsWith('on')))).toEqual([]);
    expect(all.filter(({ attributes }) => attributes.href?.startsWith('javascript:'))).toEqual([]);
  });

  test('names each of its places once', () => {
    const ids = pages.map(({ path, tags }) => [path, tags.flatMap(({ attributes }) => attributes.id ?? [])] as const);
    expect(ids.filter(([, all]) => new Set(all).size !== all.length).map(([path]) => path)).toEqual([]);
  });

  test('has no dead link', () => {
    const places = new Map(pages.map(({ path, tags }) => [path, new Set(tags.flatMap(({ attributes }) => attributes.id ?? []))]));
    const dead = pages.flatMap(({ path, tags }) =>
      tags
        .flatMap(({ attributes }) => attributes.href ?? [])
        .filter((href) => !/^https:\/\/hl7\.org\/fhir\/R4\//.test(href) && !leads(path, href, places))
        .map((href) => `${path} → ${href}`),
    );
    expect(dead).toEqual([]);
    expect(pages.flatMap(({ tags }) => tags.filter(({ name }) => name === 'a')).length).toBeGreaterThan(3000);
  });
});

function leads(from: string, href: string, places: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [address = '', place] = href.split('#');
  const path = address === '' ? from : posix.join(posix.dirname(from), address);
  if (!files.includes(path)) return false;
  return place === undefined || places.get(path)?.has(decodeURIComponent(place)) === true;
}

describe('The package', () => {
  const resources = jsonNames(packageFolder, 'package').map((name) => readJson<FhirResource>(packageFolder, 'package', `${name}.json`));

  test('has a page for each of its profiles, extensions, code systems, value sets and maps', () => {
    const wanted = resources.filter(({ resourceType }) => /^(StructureDefinition|CodeSystem|ValueSet|ConceptMap)$/.test(resourceType));
    const missing = wanted.filter(({ resourceType, id }) => !files.includes(`zh/lianyi.cn.core/${resourceType}-${id}.html`));
    expect(wanted.length).toBeGreaterThan(80);
    expect(missing).toEqual([]);
  });

  test('shows each code of a table in both languages', () => {
    const text = pages.find(({ path }) => path === 'en/lianyi.cn.core/CodeSystem-gbt-2261-2.html')?.text ?? '';
    const { concept = [] } = readJson<CodeSystem>(packageFolder, 'package', 'CodeSystem-gbt-2261-2.json');
    for (const { code, display, designation } of concept) {
      expect(text).toContain(`<code>${code}</code>`);
      expect(text).toContain(display);
      expect(text).toContain(designation?.find(({ language }) => language === 'en')?.value);
    }
  });

  test('shows its invalid examples with the errors the server finds', () => {
    const page = (language: string) =>
      pages.find(({ path }) => path === `${language}/lianyi.cn.core/StructureDefinition-cn-patient.html`)?.text ?? '';
    expect(page('zh')).toMatch(
      /invalid-check-digit[\s\S]*?错误<\/span> [^<]*校验码[^<]*<span class="where">位置 <code>Patient\.identifier\[0\]\.value/,
    );
    expect(page('en')).toMatch(
      /invalid-check-digit[\s\S]*?error<\/span> [^<]*check (character|digit)[^<]*<span class="where">at <code>Patient\.identifier\[0\]\.value/,
    );
  });

  test('has a Chinese name for each element, its own or that of R4', () => {
    const names = readJson<Readonly<Record<string, string>>>('scripts/guide', 'element-names.json');
    const elements = resources.flatMap((one) => (one.resourceType === 'StructureDefinition' ? (one.snapshot?.element ?? []) : []));
    const nameless = elements
      .filter(({ short = '' }) => !/\p{Script=Han}/u.test(short))
      .map(({ base, path }) => base?.path ?? path)
      .filter((path) => names[path] === undefined && names[path.slice(path.lastIndexOf('.') + 1)] === undefined);
    expect(elements.length).toBeGreaterThan(2000);
    expect([...new Set(nameless)]).toEqual([]);
  });

  test('whatever its texts hold, they are texts', () => {
    const strange = mkdtempSync(join(tmpdir(), 'package-'));
    writeFileSync(join(strange, 'package.json'), JSON.stringify({ name: 'a.b', version: '1.0.0', title: '<script>"&\u0000' }));
    const concept = [{ code: '<i>', display: '"><script>alert(1)</script>' }];
    const system = {
      resourceType: 'CodeSystem',
      id: 'x',
      url: 'urn:x"y',
      status: 'active',
      content: 'complete',
      title: '</title>',
      concept,
    };
    writeFileSync(join(strange, 'CodeSystem-x.json'), JSON.stringify(system));
    const into = join(strange, 'guide');
    const written = writeGuide([{ name: 'a.b', version: '1.0.0', local: true, folder: strange, files: ['CodeSystem-x.json'] }], into);
    const texts = written.filter((path) => path.endsWith('.html')).map((path) => readFileSync(join(into, path), 'utf8'));
    expect(texts.some((text) => text.includes('&#60;script&#62;alert(1)'))).toBe(true);
    expect(texts.filter((text) => /<script|<i>|<\/title>[^\n]*<\/title>/.test(text))).toEqual([]);
    rmSync(strange, { recursive: true });
  });
});

describe('Whoever has the name of a code and not the code', () => {
  test('is led from the steps of the Patient to the tables', () => {
    const links = pages.find(({ path }) => path === 'zh/send-patient.html')?.tags.flatMap(({ attributes }) => attributes.href ?? []);
    expect(links).toEqual(expect.arrayContaining(['lianyi.cn.core/CodeSystem-gb-3304.html', 'lianyi.cn.core/CodeSystem-gbt-2261-2.html']));
  });

  test('is told of which tables a part or nothing is here', () => {
    const text = pages.find(({ path }) => path === 'zh/terminology.html')?.text ?? '';
    const row = (id: string) => new RegExp(`CodeSystem-${id}\\.html[^\\n]*<td class="number">([^<]*)<`).exec(text)?.[1];
    expect([row('gb-3304'), row('icd-10-nhc')]).toEqual(['56', '0']);
    expect(text).toMatch(/<td class="number">\d+（部分）</);
    expect(text).toContain('load-codesystem');
  });
});

describe('What the guide says to send', () => {
  const sent = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

  test('the Patient is stored once, however often it is sent, and found by pinyin', async () => {
    const [{ system, value }] = sent('patient.json').identifier;
    const put = () => server.ask('PUT', `/Patient?identifier=${encodeURIComponent(`${system}|${value}`)}`, sent('patient.json'));
    expect([(await put()).status, (await put()).status]).toEqual([201, 200]);
    expect((await server.ask('GET', '/Patient?name=zhangxiuying')).body.entry).toHaveLength(1);
  });

  test('the lab report is stored whole and once, and read with its results; the Patient sent before stays as it was', async () => {
    const send = async () => {
      const { status, body } = await server.ask('POST', '', sent('lab-report.json'));
      return [status, ...body.entry.map(({ response }: { response: { status: string } }) => Number(response.status.slice(0, 3)))];
    };
    expect(await send()).toEqual([200, 200, 201, 201, 201, 201, 201]);
    expect(await send()).toEqual([200, 200, 200, 200, 200, 200, 200]);
    const patients = await server.ask('GET', '/Patient?name=zhangxiuying');
    expect(patients.body.entry.map(({ resource }: { resource: object }) => Object.keys(resource))).toEqual([
      expect.arrayContaining(Object.keys(sent('patient.json'))),
    ]);
    const report = await server.ask('GET', '/DiagnosticReport?identifier=JY202611260001&_include=DiagnosticReport:result');
    expect(report.body.entry).toHaveLength(4);
  });

  test('what it shows as the answer to a mistake is what the server says', async () => {
    const { name, ...nameless } = sent('patient.json');
    expect(name).toHaveLength(1);
    const answer = await server.ask('POST', '/Patient', nameless, { 'accept-language': 'zh-CN' });
    expect(answer.status).toBe(422);
    const page = pages.find(({ path }) => path === 'zh/send-patient.html')?.text ?? '';
    const errors = answer.body.issue.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(errors).toHaveLength(1);
    expect(page).toContain(errors[0].details.text);
  });
});

describe('The server', () => {
  test.each([
    ['zh-CN,zh;q=0.9', 'zh'],
    ['en-US,en;q=0.9', 'en'],
    ['fr', 'zh'],
  ])('sends somebody who reads %s on to their language', async (language, to) => {
    const answer = await fetch(`${root}/guide`, { headers: { 'accept-language': language }, redirect: 'manual' });
    expect([answer.status, new URL(answer.headers.get('location') ?? '', `${root}/guide`).pathname]).toEqual([
      302,
      `/guide/${to}/index.html`,
    ]);
    expect((await fetch(`${root}/guide/`, { headers: { 'accept-language': language } })).url).toBe(`${root}/guide/${to}/index.html`);
  });

  test('gives a page an ETag, takes it back for 304, and lets nothing run', async () => {
    const first = await fetch(`${root}/guide/en/index.html`);
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(first.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
    // Without it fetch asks for a new one.
    const again = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    expect((await fetch(`${root}/guide/en/index.html`, { headers: again })).status).toBe(304);
  });

  test.each(['/guide/nothing.html', '/guide/..%2f..%2fpackage.json', '/guide/%2e%2e/%2e%2e/package.json', '/guide/.made-from'])(
    'serves nothing else: %s',
    async (path) => {
      const answer = await server.ask('GET', root + path);
      expect([answer.status, answer.body?.resourceType]).toEqual([404, 'OperationOutcome']);
    },
  );

  test('shows it to everybody, also where access is controlled', async () => {
    const guarded = await startServer({ smart: {} });
    const asked = [`${guarded.url.replace(/\/fhir$/, '')}/guide/en/index.html`, '/Patient'];
    expect(await Promise.all(asked.map(async (path) => (await guarded.ask('GET', path)).status))).toEqual([200, 401]);
    await guarded.close();
  });

  test('without a guide says that there is none', async () => {
    const bare = await startServer({ guideFolder: join(folder, 'none') });
    expect((await bare.ask('GET', `${bare.url.replace(/\/fhir$/, '')}/guide/`)).status).toBe(404);
    await bare.close();
  });
});

/** In CI it runs, and fails where there is no browser. */
const runs = hasBrowser || process.env.CI === 'true';
if (!runs)
  process.stdout.write('\nTHE GUIDE WAS NOT TRIED IN A BROWSER: there is no Chromium (apt-get install chromium fonts-wqy-microhei)\n');

(runs ? describe : describe.skip)('In a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each(['zh', 'en'] as const)('%s: from the first page to sending a Patient and a lab report', async (language) => {
    const seen = await walk(browser, `${root}/guide/`, language);
    expect(seen.faults).toEqual([]);
    expect(JSON.parse(seen.patient)).toEqual(JSON.parse(readFileSync(join(folder, 'patient.json'), 'utf8')));
    expect(JSON.parse(seen.labReport).entry.length).toBeGreaterThan(4);
    expect(seen.widest).toBeLessThanOrEqual(390);
  });
});

test('files of examples stand beside the pages', () => {
  const examples = files.filter((path) => path.startsWith('examples/'));
  const there = readdirSync(join(packageFolder, 'examples')).flatMap((profile) =>
    jsonNames(packageFolder, 'examples', profile)
      .filter((name) => name !== 'expected')
      .map((name) => `examples/lianyi.cn.core/${profile}/${name}.json`),
  );
  expect(there.length).toBeGreaterThan(40);
  expect([...examples].sort()).toEqual(there.sort());
});
