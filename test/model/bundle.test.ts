import { describe, expect, test } from '@jest/globals';
import { bundleInSteps } from '../../src/model/bundle.js';
import { wholly } from '../../src/model/in-steps.js';

const bundleText = (...bundle: Parameters<typeof bundleInSteps>) => wholly(bundleInSteps(...bundle));
const parsed = (...bundle: Parameters<typeof bundleInSteps>): unknown => JSON.parse(bundleText(...bundle).toString());

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
