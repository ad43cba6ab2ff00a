/**
 * Secrets of clients are kept as scrypt makes them. They are of 256 bits of chance, which nobody guesses, so a light cost will do where a
 * person's password needs a heavy one, and no queue: a system asks for tokens more often than a person signs in.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const [cost, blockSize, parallel] = [2 ** 11, 8, 1];
const mark = 'scrypt$';
const keyBytes = 32;

/** In the letters that stand unencoded in an Authorization header of scheme Basic, however a client encodes it. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function newClientId(): string {
  return randomBytes(12).toString('base64url');
}

/** Under which a token of much chance is kept: who reads it cannot make the token of it. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** `scrypt$N$r$p$salt$key`; one that is hashed already stays as it is. */
export async function hashSecret(secret: string): Promise<string> {
  if (secret.startsWith(mark)) return secret;
  const salt = randomBytes(16);
  const key = await derive(secret, salt, cost, blockSize, parallel);
  return ['scrypt', cost, blockSize, parallel, salt.toString('base64url'), key.toString('base64url')].join('$');
}

async function isSecret(secret: string, hashed: string | undefined): Promise<boolean> {
  if (hashed?.startsWith(mark) !== true) return false;
  const [, n, r, p, salt = '', key = ''] = hashed.split('$');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(secret, Buffer.from(salt, 'base64url'), Number(n), Number(r), Number(p));
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** The digest of what was right once, by the client as it is held in memory: a changed client is held anew. */
const rightOnce = new WeakMap<object, Buffer>();

/** The same for those who ask again and again: scrypt is for who reads the store, not for who asks. */
export async function isSecretOf(client: object, secret: string, hashed: string | undefined): Promise<boolean> {
  const digest = createHash('sha256').update(secret).digest();
  const known = rightOnce.get(client);
  if (known !== undefined && timingSafeEqual(known, digest)) return true;
  const isRight = await isSecret(secret, hashed);
  if (isRight) rightOnce.set(client, digest);
  return isRight;
}

function derive(secret: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, keyBytes, { N, r, p }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
