/**
 * The operator's keys, under which secrets are kept in the store: AES-256-GCM with the item's kind and id as associated data, so that a
 * sealed value is of use in its own place alone. The first key seals, all unseal: that is how one gives way to another.
 * Source: NIST SP 800-38D 5.2, 8.2.2; GB/T 22239-2019 8.1.4.8 (等保三级, 数据保密性: 重要数据在存储过程中的保密性)
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

export interface KeyRing {
  /** What keys are called in the store; the first seals, and without any nothing is sealed. */
  readonly names: readonly string[];
  /** JSON text in, JSON text out. `place`: what it is sealed for. */
  seal(text: string, place: string): string;
  /** What is not sealed is given as it is. A FhirError (transient) where the key is not here, or the value was not sealed for the place. */
  unseal(value: string, place: string): string;
}

const [begin, end] = ['{"sealed":"', '"}'];
const algorithm = 'aes-256-gcm';
const [keyBytes, ivBytes, tagBytes] = [32, 12, 16];

/** Base64 of 32 bytes each, a key a line; what follows a # is a remark. Throws an Error whose message completes "the file …". */
export function readKeyRing(text: string): KeyRing {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const keys = lines.filter((line) => line !== '').map((line, at) => keyIn(line, at + 1));
  if (keys.length === 0) throw new Error('has no key in it');
  return createKeyRing(keys);
}

export const noKeys = createKeyRing([]);

function createKeyRing(keys: readonly Buffer[]): KeyRing {
  const byName = new Map(keys.map((key) => [nameOf(key), key]));
  const names = [...byName.keys()];
  const [name = ''] = names;
  const key = byName.get(name);
  return {
    names,
    seal: (text, place) => (key === undefined ? text : begin + name + sealed(key, text, place) + end),
    unseal(value, place) {
      const by = sealedWith(value);
      if (by === undefined) return value;
      const found = byName.get(by);
      if (found === undefined) throw unknownKey(by);
      return unsealed(found, Buffer.from(value.slice(begin.length + by.length + 1, -end.length), 'base64url'), place);
    },
  };
}

/** The name of the key; undefined for what is in clear. */
export function sealedWith(value: string): string | undefined {
  return value.startsWith(begin) ? value.slice(begin.length, value.indexOf('.', begin.length)) : undefined;
}

function keyIn(line: string, at: number): Buffer {
  const key = Buffer.from(line, 'base64');
  // The line itself is said nowhere: it may be most of a key.
  if (key.length === keyBytes && /^[A-Za-z0-9+/_-]+=?$/.test(line)) return key;
  throw new Error(
    `has in its ${at}. key ${key.length} bytes; expected are ${keyBytes} bytes in base64, as "openssl rand -base64 32" prints`,
  );
}

/** Tells keys apart, and nothing of them. */
function nameOf(key: Buffer): string {
  return createHash('sha256').update('lianyi secrets key').update(key).digest('hex').slice(0, 8);
}

function sealed(key: Buffer, text: string, place: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  const inside = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `.${Buffer.concat([iv, cipher.getAuthTag(), inside]).toString('base64url')}`;
}

function unsealed(key: Buffer, bytes: Buffer, place: string): string {
  const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes, ivBytes + tagBytes)];
  try {
    const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place)).setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw fault(
      'transient',
      message(
        'secret-changed',
        'A secret in the store was changed or moved by something else than this server, and is not used',
        '存储中的一项密文被本服务器以外的程序改动或移动，不予使用',
      ),
    );
  }
}

function unknownKey(name: string) {
  return fault(
    'transient',
    message(
      'secrets-key-missing',
      `A secret in the store is sealed with the key ${name}, which SECRETS_KEY_FILE of this process does not hold`,
      `存储中的密文由密钥${name}加密，而本进程的SECRETS_KEY_FILE中没有该密钥`,
    ),
  );
}
