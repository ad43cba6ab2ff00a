/**
 * Passwords are kept as scrypt makes them, each with its salt and its cost in words, so that the cost can grow: whoever signs in is then
 * hashed anew. One hashing takes 32 MB; only a few run at the same moment, few wait, and none for long, so that no storm of sign-ins eats the memory.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { createTurns } from './turns.js';

export interface PasswordCost {
  /** Scrypt's N, r and p: 128 × N × r bytes are taken. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

const standard: PasswordCost = { n: 2 ** 15, r: 8, p: 3 };
const keyBytes = 32;

/** `scrypt$N$r$p$salt$key` */
export async function hashPassword(password: string, cost: PasswordCost = standard): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether it is the password that was hashed. */
export async function isPassword(password: string, hashed: string): Promise<boolean> {
  const [, n, r, p, salt = '', key = ''] = hashed.split('$');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), { n: Number(n), r: Number(r), p: Number(p) });
  return expected.length === found.length && timingSafeEqual(expected, found);
}

export function isOutdated(hashed: string, cost: PasswordCost = standard): boolean {
  return !hashed.startsWith(`scrypt$${cost.n}$${cost.r}$${cost.p}$`);
}

/** Takes the time of a true one, for names that nobody has. */
export async function isNoPassword(password: string, cost: PasswordCost = standard): Promise<false> {
  await derive(password, Buffer.alloc(16), cost);
  return false;
}

const turns = createTurns({ atOnce: 2, mayWait: 64, patience: 10_000, refusal: tooMany });

function derive(password: string, salt: Buffer, { n, r, p }: PasswordCost): Promise<Buffer> {
  return turns.take(() => run(password.normalize('NFC'), salt, { N: n, r, p, maxmem: 128 * n * r + 128 * r * p + 1024 * 1024 }));
}

function tooMany() {
  const text = message('too-many-sign-ins', 'Too many sign in at this moment; try again shortly', '当前登录人数过多，请稍后重试');
  return fault('transient', text, { headers: { 'Retry-After': '5' } });
}

function run(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
