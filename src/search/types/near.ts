/**
 * The special parameter `near`: places within a distance, measured along the surface of the earth taken as a sphere.
 * Source: R4 location.html#search
 */
import { isNumeric, isObject, type Json } from '../../model/json.js';
import { convert } from '../../model/ucum.js';
import type { PointTest } from '../../store/port.js';
import { addEntry } from '../entry-list.js';
import { malformed } from '../refusals.js';
import { splitEscaped, unescapeValue } from '../values.js';
import type { SearchType } from './type.js';

/** Mean radius, metres. Source: IUGG, WGS 84 */
const RADIUS = 6_371_008.8;
/** Where the client leaves it to the server, metres. */
const DEFAULT_DISTANCE = 10_000;
const DEGREE = Math.PI / 180;
const decimal = /^[+-]?\d{1,20}(?:\.\d{1,30})?$/;

export const nearType: SearchType = {
  entry: 'point',
  modifiers: [],
  indexer(_type, { code: param }) {
    return (value, list) => {
      const place = isObject(value) ? pointOf(numberOf(value.latitude), numberOf(value.longitude)) : undefined;
      if (place !== undefined) addEntry(list, { kind: 'point', param, ...place });
    };
  },
  match(asked) {
    const values = asked.values.map((value) => {
      const test = testOf(splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part)));
      if (test !== undefined) return test;
      throw malformed(
        asked.name,
        value,
        'latitude|longitude|distance|unit in degrees and a unit of length, such as 39.9042|116.4074|5|km; without a distance 10 km are near, without a unit it is in km',
        '纬度|经度|距离|单位（度及长度单位），例如 39.9042|116.4074|5|km；未给距离时取 10 km，未给单位时以 km 计',
      );
    });
    return { kind: 'match', param: asked.parameter.code, match: { kind: 'point', values } };
  },
};

function testOf([latitude = '', longitude = '', distance = '', unit = '', ...more]: readonly string[]): PointTest | undefined {
  const place = pointOf(decimalOf(latitude), decimalOf(longitude));
  const metres = distance === '' ? DEFAULT_DISTANCE : lengthOf(distance, unit === '' ? 'km' : unit);
  if (place === undefined || metres === undefined || more.length > 0) return undefined;
  // Half around the earth is everywhere.
  return { ...place, chord: 2 * Math.sin(Math.min(metres / RADIUS, Math.PI) / 2) };
}

/** undefined: no distance. */
function lengthOf(distance: string, unit: string): number | undefined {
  const value = decimalOf(distance);
  const metres = value === undefined || value < 0 ? undefined : convert(value, unit, 'm');
  return metres === undefined ? undefined : Number(metres);
}

function decimalOf(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
  return isNumeric(value) ? Number(value) : undefined;
}

/** undefined: not on the earth. */
function pointOf(latitude: number | undefined, longitude: number | undefined) {
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  const [north, east] = [latitude * DEGREE, longitude * DEGREE];
  return { x: Math.cos(north) * Math.cos(east), y: Math.cos(north) * Math.sin(east), z: Math.sin(north) };
}
