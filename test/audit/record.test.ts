/** A record says what was asked and by whom, whatever is in it, and whatever was recorded before of the same principal. */
import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import type { Principal } from '../../src/access/principal.js';
import { type Access, type AccessEntry, accessRow, readBody } from '../../src/audit/record.js';
import { mulberry32 } from '../torture/races/storm.js';

const doctor = {
  client: 'app',
  account: 'wang',
  name: '王小明 "医生"',
  fhirUser: 'Practitioner/a',
  role: 'clinician',
  institution: 'h1',
  tokenId: 't1',
  emergency: { reason: '抢救\n𠮷', purpose: 'BTG' },
} as unknown as Principal;
const patient = { client: 'app', account: 'li', fhirUser: 'Patient/a', tokenId: 't2' } as unknown as Principal;
const system = { client: '系统' } as unknown as Principal;
const none: Access = {
  interaction: 'read',
  action: 'R',
  status: 200,
  type: undefined,
  id: undefined,
  version: undefined,
  query: undefined,
  patients: [],
  cut: false,
};

function rowOf(access: Access, principal: Principal | undefined, address?: string) {
  const origin = address === undefined ? undefined : { requestId: 'r1', address };
  const { keys, body } = accessRow(access, { access: principal === undefined ? {} : { principal }, origin });
  // As they are sealed, and read when they are verified.
  expect(JSON.stringify(JSON.parse(keys))).toBe(keys);
  return { keys: JSON.parse(keys) as readonly string[], entry: readBody(Buffer.from(body)) };
}

test('it is found by who asked, what was asked for, each patient and that it was refused, each of these once', () => {
  const keys = (access: Partial<Access>, principal?: Principal) => rowOf({ ...none, ...access }, principal).keys;
  expect(keys({})).toEqual([]);
  expect(keys({ status: 404 })).toEqual(['!']);
  expect(keys({ type: 'Patient' }, doctor)).toEqual(['Practitioner/a']);
  expect(keys({ type: 'Practitioner', id: 'a' }, doctor)).toEqual(['Practitioner/a']);
  expect(keys({ type: 'Patient', id: 'b', patients: ['b', 'a'], status: 403 }, doctor)).toEqual([
    'Practitioner/a',
    'Patient/b',
    'Patient/a',
    '!',
  ]);
  expect(keys({ type: 'Observation', id: 'a', patients: ['a'] }, patient)).toEqual(['Patient/a', 'Observation/a']);
  expect(keys({ type: 'Patient', id: 'a', patients: ['a', 'b'] }, patient)).toEqual(['Patient/a', 'Patient/b']);
  expect(keys({ patients: ['a'] }, system)).toEqual(['@系统', 'Patient/a']);
});

test('what was written is read again', () => {
  const random = mulberry32(7);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const texts = ['Patient', 'a', '王', '𠮷', '\ud800', 'a"b', 'a\\b', '\u0000', '/', ''];
  for (let nth = 0; nth < 3000; nth++) {
    const [principal, address] = [one([doctor, patient, system, undefined]), one([undefined, '10.0.0.1', '::1'])];
    const [type, id] = [one([undefined, ...texts]), one([undefined, ...texts])];
    const version = one([undefined, 1, 2 ** 40, '3', 'x"']);
    const access: Access = {
      ...one([
        { interaction: 'update', action: 'U' },
        { interaction: 'update', action: 'C' },
        { interaction: 'search-type', action: 'E' },
      ] as const),
      status: one([200, 201, 404]),
      type,
      id,
      version,
      query: one([undefined, 'Patient?name=%E7%8E%8B', ...texts]),
      patients: one([[], ['a'], ['a', '王', 'a"']]),
      cut: one([true, false]),
    };
    const { entry } = rowOf(access, principal, address);
    const reference = id === undefined ? type : `${type}/${id}${version === undefined ? '' : `/_history/${version}`}`;
    const { interaction, action, status, query, patients, cut } = access;
    const expected: Partial<AccessEntry> = {
      kind: 'access',
      interaction,
      action,
      status,
      patients,
      cut,
      ...(principal && { who: principal }),
      ...(address !== undefined && { address, requestId: 'r1' }),
      ...(type !== undefined && { reference }),
      ...(query !== undefined && { query }),
    };
    expect(entry).toEqual(expected);
  }
});
