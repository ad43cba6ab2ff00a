/** R4's official examples on both stores: kept in JSON and XML, or refused for what R4 itself says is wrong with them. */
import { describe, expect, test } from '@jest/globals';
import { loadExamples, sizeOf } from '../../conformance/examples/example.js';
import { runExamples } from '../../conformance/examples/run-all.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

const examples = loadExamples();

test('there are 820 of them', () => {
  expect(examples.length).toBe(820);
});

/** The eleven larger ones are 50 MB of XML; `npm run conformance -- examples` sends that too. */
const XML_UP_TO = 1024 * 1024;

/**
 * What is refused never comes to a store, and XML ends above them: MongoDB need not show again what SQLite has shown. It is sent every
 * fourth of the others, and the larger ones; the command sends everything to both.
 */
const LARGE = 256 * 1024;
const sentTo = (store: string) =>
  store === 'SQLite'
    ? { sent: examples, xmlUpTo: XML_UP_TO }
    : { sent: examples.filter(({ name, expected }, at) => expected.kind === 'kept' && (at % 4 === 0 || sizeOf(name) > LARGE)), xmlUpTo: 0 };

/** Half a minute, several where others want the processor too. */
const LONG = 600_000;

describe.each(stores)('The official examples on $name', ({ name, open }) => {
  test(
    'are kept to the digit and the order of keys, and as XML; those that R4 refuses are refused for just that',
    async () => {
      const logged: unknown[] = [];
      const opened = await open();
      const server = await startServer({ store: opened.store, logged });
      const { sent, xmlUpTo } = sentTo(name);
      const { judged, xml } = await runExamples(sent, { base: server.url, headers: {}, types: definitions, own: true, xmlUpTo }, 3);
      await server.close();
      await opened.close();
      expect(xml).toBe(true);
      expect(judged.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
      const count = (kind: string) => judged.filter(({ verdict }) => verdict.kind === kind).length;
      const kept = sent.filter(({ expected }) => expected.kind === 'kept').length;
      expect([judged.length, count('kept'), count('refused')]).toEqual([sent.length, kept, sent.length - kept]);
      expect(kept).toBeGreaterThan(name === 'SQLite' ? 740 : 185);
      expect(logged).toEqual([]);
    },
    LONG,
  );
});
