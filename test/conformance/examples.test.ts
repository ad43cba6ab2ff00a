/** R4's official examples on both stores: kept in JSON and XML, or refused for what R4 itself says is wrong with them. */
import { describe, expect, test } from '@jest/globals';
import { type Example, loadExamples, sizeOf } from '../../conformance/examples/example.js';
import { type Judged, runExamples } from '../../conformance/examples/run-all.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

const examples = loadExamples();

test('there are 820 of them', () => {
  expect(examples.length).toBe(820);
});

/** The eleven larger ones are 50 MB of XML; `npm run conformance -- examples` sends that too. */
const XML_UP_TO = 1024 * 1024;
const LARGE = 256 * 1024;

const kept = examples.filter(({ expected }) => expected.kind === 'kept');
const inXmlToo = new Set(kept.filter((_example, at) => at % 3 === 0));

/**
 * What is refused never comes to a store, and XML ends above them: MongoDB need not show again what SQLite has shown. That every example
 * is the same after XML is shown without a server (xml/round-trip); the command sends everything, in both formats, to both.
 */
const runsOn: Readonly<Record<string, readonly { readonly sent: readonly Example[]; readonly xmlUpTo: number }[]>> = {
  SQLite: [
    { sent: [...inXmlToo], xmlUpTo: XML_UP_TO },
    { sent: examples.filter((example) => !inXmlToo.has(example)), xmlUpTo: 0 },
  ],
  MongoDB: [{ sent: kept.filter(({ name }, at) => at % 8 === 0 || sizeOf(name) > LARGE), xmlUpTo: 0 }],
};

/** Half a minute, several where others want the processor too. */
const LONG = 600_000;

describe.each(stores)('The official examples on $name', ({ name, open }) => {
  test(
    'are kept to the digit and the order of keys, and as XML; those that are definitions are served so; those that R4 refuses are refused for just that',
    async () => {
      const logged: unknown[] = [];
      const opened = await open();
      const server = await startServer({ store: opened.store, logged });
      const runs = runsOn[name] ?? [];
      const all: Judged[] = [];
      for (const { sent, xmlUpTo } of runs) {
        const { judged, xml } = await runExamples(sent, { base: server.url, headers: {}, types: definitions, own: true, xmlUpTo }, 3);
        expect(xml).toBe(true);
        all.push(...judged);
      }
      await server.close();
      await opened.close();
      expect(all.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
      const sent = runs.flatMap((one) => one.sent);
      const count = (kind: string) => all.filter(({ verdict }) => verdict.kind === kind).length;
      const due = (kind: string) => sent.filter(({ expected }) => expected.kind === kind).length;
      expect([count('kept'), count('served')]).toEqual([due('kept'), due('served')]);
      expect(count('refused')).toBe(sent.length - due('kept') - due('served'));
      expect(due('kept')).toBeGreaterThan(name === 'SQLite' ? 670 : 85);
      expect(logged).toEqual([]);
    },
    LONG,
  );
});
