import { describe, expect, test } from '@jest/globals';
import { unitsOf } from '../../src/cli/load/units.js';

const lines = (count: number) => Array.from({ length: count }, (_, i) => `{"resourceType":"Basic","id":"b${i}","x":1.10}`).join('\n');

describe('what the loader makes of a file', () => {
  test('a transaction is posted as its exact text', () => {
    const text = '{ "resourceType":"Bundle", "type":"transaction", "entry":[{},{}] }';
    expect(unitsOf('a.json', text)).toMatchObject([{ name: 'a.json', kind: 'transaction', body: text, resources: 2 }]);
  });

  test('NDJSON becomes transactions of 100, each resource under its own id, decimals as they were', () => {
    const units = unitsOf('a.ndjson', lines(250));
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
    expect(unitsOf('-', lines(2))).toMatchObject([{ resources: 2 }]);
  });

  test('a collection is taken apart, a resource without id is posted', () => {
    const [unit] = unitsOf('c.json', '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic"}}]}');
    expect(unit?.body).toContain('"request":{"method":"POST","url":"Basic"}');
  });

  test('a document Bundle is stored whole', () => {
    const [unit] = unitsOf('d.json', '{"resourceType":"Bundle","id":"d","type":"document"}');
    expect(unit?.body).toContain('"request":{"method":"PUT","url":"Bundle/d"}');
  });

  test.each(['[]', '{"a":1}', '"x"'])('%s is no resource', (text) => {
    expect(() => unitsOf('x.json', text)).toThrow('a FHIR resource was expected');
  });
});
