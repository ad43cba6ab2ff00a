import { describe, expect, test } from '@jest/globals';
import { describeFinding } from './finding.js';
import { faultOf, planOf } from './fixture.js';

const place = (id: string, latitude: number, longitude: number) => ({ resourceType: 'Location', id, position: { latitude, longitude } });

/** 人民广场, 外滩 (1.7 km to the east), 虹桥站 (14.6 km to the west), 北京; on either side of the date line; at the pole. */
const resources = [
  place('square', 31.2304, 121.4737),
  place('bund', 31.2397, 121.4908),
  place('station', 31.1943, 121.3269),
  place('beijing', 39.9042, 116.4074),
  place('east', 0, 179.99),
  place('west', 0, -179.99),
  place('pole', 90, 12),
  { resourceType: 'Location', id: 'nowhere', name: 'x' },
  place('impossible', 200, 0),
];

describeFinding('near', resources, [
  ['Location?near=31.2304|121.4737|1|km', 'square'],
  ['Location?near=31.2304|121.4737|0|km', 'square'],
  ['Location?near=31.2304|121.4737|2', 'square bund'],
  ['Location?near=31.2304|121.4737|1930|m', 'square bund'],
  ['Location?near=31.2304|121.4737|1900|m', 'square'],
  ['Location?near=31.2304|121.4737|1.2|[mi_us]', 'square bund'],
  ['Location?near=31.2304|121.4737|1.2|[nmi_i]', 'square bund'],
  ['Location?near=31.2304|121.4737', 'square bund'],
  ['Location?near=31.2304|121.4737|14.5|km', 'square bund'],
  ['Location?near=31.2304|121.4737|14.6|km', 'square bund station'],
  ['Location?near=31.2304|121.4737|1067|km', 'square bund station'],
  ['Location?near=31.2304|121.4737|1068|km', 'square bund station beijing'],
  ['Location?near=31.2304|121.4737|1|km,39.9042|116.4074|1|km', 'square beijing'],
  ['Location?near=0|180|2|km', 'east west'],
  ['Location?near=-90|0|20016|km', 'square bund station beijing east west pole'],
  ['Location?near=90|-170|1|m', 'pole'],
  ['Location?near=31.2304|121.4737|99999999|km', 'square bund station beijing east west pole'],
  ['Location?near:missing=true', 'nowhere impossible'],
  ['Location?near=31.2304|121.4737|1|km&near=31.2397|121.4908|2|km', 'square'],
]);

describe('near', () => {
  test.each([
    '31.2',
    '|121',
    '91|0|1|km',
    '0|181|1|km',
    'x|y|1|km',
    '1|2|-1|km',
    '1|2|1|kg',
    '1|2|1|furlong',
    '1|2|NaN|km',
    '1|2|1e999|km',
    '1|2|3|km|5',
    '',
  ])('"%s" is no place and distance: 400', (value) => {
    if (value === '') return expect(planOf('Location?near=').where[0]?.predicate).toEqual({ kind: 'all', of: [] });
    expect(faultOf(() => planOf(`Location?near=${value}`))).toMatchObject({ status: 400, code: 'invalid', expression: 'near' });
  });

  test('other special parameters are refused by name', () => {
    expect(faultOf(() => planOf('Location?_query=x'))).toMatchObject({ status: 400, code: 'not-supported', expression: '_query' });
  });
});
