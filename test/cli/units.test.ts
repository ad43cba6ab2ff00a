import { describe, expect, test } from '@jest/globals';
import { unitsOf as cut } from '../../src/cli/load/units.js';

const unitsOf = (name: string, text: string) => cut(name, text, { keepIds: false, enforced: false });

const lines = (count: number) => Array.from({ length: count }, (_, i) => `{"resourceType":"Basic","id":"b${i}","x":1.10}`).join('\n');

describe('what the loader makes of a file', () => {
  test('a transaction is posted as its exact text', () => {
    const text = '{ "resourceType":"Bundle", "type":"transaction", "entry":[{},{}] }';
    expect(unitsOf('a.json', text).units).toMatchObject([{ name: 'a.json', kind: 'transaction', body: text, resources: 2 }]);
  });

  test('NDJSON becomes transactions of 100, each resource under its own id, decimals as they were', () => {
    const { units } = unitsOf('a.ndjson', lines(250));
    expect(units.map(({ name, resources }) => [name, resources])).toEqual([
      ['a.ndjson (1–100)', 100],
      ['a.ndjson (101–200)', 100],
      ['a.ndjson (201–250)', 50],
    ]);
    expect(units[0]?.body).toContain('"request":{"method":"PUT","url":"Basic/b0"}');
    expect(units[0]?.body).toContain('"x":1.10');
    expect(units[2]?.split()).toHaveLength(50);
    expect(units[2]?.split()[0]?.split()).toEqual([]);
  });

  test('lines from standard input are seen as lines', () => {
    expect(unitsOf('-', lines(2)).units).toMatchObject([{ resources: 2 }]);
  });

  test('a line that cannot be read is named, and the others are sent', () => {
    const { units, faults } = unitsOf('a.ndjson', `${lines(1)}\n\n{"resourceType":\n${lines(1)}`);
    expect(units.map(({ resources }) => resources)).toEqual([2]);
    expect(faults).toEqual([{ name: 'a.ndjson: line 3', reason: expect.stringMatching(/JSON.*\(column 17\)/) }]);
    expect(units[0]?.split().map(({ name }) => name)).toEqual(['a.ndjson: line 1: Basic/b0', 'a.ndjson: line 4: Basic/b0']);
  });

  test('a collection is taken apart, a resource without id is posted', () => {
    const { units } = unitsOf('c.json', '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic"}}]}');
    const [unit] = units;
    expect(unit?.body).toContain('"request":{"method":"POST","url":"Basic"}');
  });

  test('a document Bundle is stored whole', () => {
    const { units } = unitsOf('d.json', '{"resourceType":"Bundle","id":"d","type":"document"}');
    const [unit] = units;
    expect(unit?.body).toContain('"request":{"method":"PUT","url":"Bundle/d"}');
  });

  test.each(['[]', '{"a":1}', '"x"'])('%s is no resource', (text) => {
    const { units, faults } = unitsOf('x.json', text);
    expect(units).toEqual([]);
    expect(faults).toEqual([{ name: 'x.json', reason: expect.stringContaining('a FHIR resource was expected') }]);
  });
});
