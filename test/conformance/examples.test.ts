/** R4's official examples on both stores: kept in JSON and XML, or refused for what R4 itself says is wrong with them. */
import { describe, expect, test } from '@jest/globals';
import { loadExamples } from '../../conformance/examples/example.js';
import { runExamples } from '../../conformance/examples/run-all.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

const examples = loadExamples();

/**
 * The eleven larger ones are 50 MB of XML; `npm run conformance -- examples` sends that too. XML ends above the stores: what one of
 * them has shown for the larger ones the other need not show again.
 */
const xmlUpTo = (store: string) => (store === 'SQLite' ? 1024 : 32) * 1024;
/** Half a minute, several where others want the processor too. */
const LONG = 600_000;

describe.each(stores)('The official examples on $name', ({ name, open }) => {
  test(
    'are kept to the digit and the order of keys, and as XML; those that R4 refuses are refused for just that',
    async () => {
      const logged: unknown[] = [];
      const opened = await open();
      const server = await startServer({ store: opened.store, logged });
      const { judged, xml } = await runExamples(
        examples,
        { base: server.url, headers: {}, types: definitions, own: true, xmlUpTo: xmlUpTo(name) },
        3,
      );
      await server.close();
      await opened.close();
      expect(xml).toBe(true);
      expect(judged.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
      const count = (kind: string) => judged.filter(({ verdict }) => verdict.kind === kind).length;
      const kept = examples.filter(({ expected }) => expected.kind === 'kept').length;
      expect([judged.length, count('kept'), count('refused')]).toEqual([820, kept, 820 - kept]);
      expect(kept).toBeGreaterThan(740);
      expect(logged).toEqual([]);
    },
    LONG,
  );
});
