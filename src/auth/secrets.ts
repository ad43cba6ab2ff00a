/**
 * Secrets of clients are kept as scrypt makes them. They are of 256 bits of chance, which nobody guesses, so a light cost will do where a
 * person's password needs a heavy one.
 */
import { randomBytes } from 'node:crypto';
import { hashPassword, isPassword } from './passwords.js';

const cost = { n: 2 ** 11, r: 8, p: 1 };
const mark = 'scrypt$';

/** In the letters that stand unencoded in an Authorization header of scheme Basic, however a client encodes it. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** One that is hashed already stays as it is. */
export async function hashSecret(secret: string): Promise<string> {
  return secret.startsWith(mark) ? secret : hashPassword(secret, cost);
}

export async function isSecret(secret: string, hashed: string | undefined): Promise<boolean> {
  return hashed?.startsWith(mark) === true && isPassword(secret, hashed);
}

export function newClientId(): string {
  return randomBytes(12).toString('base64url');
}
