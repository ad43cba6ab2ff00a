import { describe, expect, test } from '@jest/globals';
import { bundleText } from '../../src/model/bundle.js';

const parsed = (...bundle: Parameters<typeof bundleText>): unknown => JSON.parse(bundleText(...bundle).toString());

describe('Bundle text', () => {
  test('nothing empty is written (json.html#null)', () => {
    expect(bundleText({ type: 'searchset', total: 0, links: [], entries: [] }).toString()).toBe(
      '{"resourceType":"Bundle","type":"searchset","total":0}',
    );
  });

  test('resources and outcomes go in as the text they are', () => {
    const resource = Buffer.from('{"resourceType":"Basic","id":"a","extension":[{"url":"u","valueDecimal":1.10}]}');
    const outcome = Buffer.from('{"resourceType":"OperationOutcome","issue":[]}');
    const text = bundleText({
      type: 'batch-response',
      entries: [
        { fullUrl: 'http://a/"b"', resource, response: { status: '200 OK' } },
        { response: { status: '404 Not Found', outcome } },
        { request: { method: 'DELETE', url: 'Basic/a' } },
        {},
      ],
    }).toString();
    expect(text).toContain('"resource":{"resourceType":"Basic","id":"a","extension":[{"url":"u","valueDecimal":1.10}]}');
    expect(JSON.parse(text).entry).toEqual([
      { fullUrl: 'http://a/"b"', resource: JSON.parse(resource.toString()), response: { status: '200 OK' } },
      { response: { status: '404 Not Found', outcome: JSON.parse(outcome.toString()) } },
      { request: { method: 'DELETE', url: 'Basic/a' } },
      {},
    ]);
  });

  test('links and modes have their places', () => {
    const resource = Buffer.from('{"resourceType":"Basic"}');
    const links = [{ relation: 'self', url: 'http://a?b=1&c="2"' }] as const;
    expect(parsed({ type: 'searchset', links, entries: [{ resource, search: 'include' }] })).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      link: links,
      entry: [{ resource: { resourceType: 'Basic' }, search: { mode: 'include' } }],
    });
  });
});
