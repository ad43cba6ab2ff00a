/**
 * The second factor: codes of an authenticator (RFC 6238, of which each is taken once), and recovery codes for when it is lost.
 * Source: RFC 6238 5.2; GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别: 两种或两种以上组合的鉴别技术)
 */
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { StateStore } from '../store/state.js';
import { type Account, changeAccount, type Totp } from './accounts.js';
import { codeCounter, countTry, forgive } from './lock-out.js';
import { digestOf } from './secrets.js';

const period = 30;
const recoveryCodes = 10;
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

export function newSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** `otpauth://totp/…`, as authenticators read it from a QR code. */
export function secretUri(secret: string, name: string, issuer: string): string {
  return totp(secret, name, issuer).toString();
}

/** The step of the code, if it is one of now or next to it. */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totp(secret).validate({ token: code, window: 1, timestamp: now });
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta;
}

/** Begins with the code that proved the secret to be in the authenticator. The recovery codes are shown once, here. */
export async function enrol(states: StateStore, account: Account, secret: string, step: number): Promise<readonly string[]> {
  const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
  await changeAccount(states, account.name, (found) => ({ ...found, totp: { secret, step, recovery: codes.map(digest) } }));
  return codes;
}

export type SecondFactorResult =
  | { readonly kind: 'right'; readonly method: 'otp' | 'recovery'; readonly recoveryLeft: number }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** A code of the authenticator or a recovery code: the same is never right twice, also when it comes twice at the same moment. */
export async function checkSecondFactor(states: StateStore, account: Account, typed: string, now: number): Promise<SecondFactorResult> {
  const counters = [{ id: codeCounter(account.id), free: 5 }];
  const until = await countTry(states, counters, now);
  if (until !== undefined) return { kind: 'wait', seconds: Math.ceil((until - now) / 1000) };
  const code = typed.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '');
  let method: 'otp' | 'recovery' | undefined;
  const changed = await changeAccount(states, account.name, (found) => {
    const used = found.totp && use(found.totp, code, now);
    method = used?.method;
    return used === undefined ? found : { ...found, totp: used.left };
  });
  if (method === undefined) return { kind: 'wrong' };
  await forgive(states, counters, counters);
  return { kind: 'right', method, recoveryLeft: changed.totp?.recovery.length ?? 0 };
}

function use(factor: Totp, code: string, now: number): { readonly method: 'otp' | 'recovery'; readonly left: Totp } | undefined {
  const step = stepOf(factor.secret, code, now);
  if (step !== undefined) return step > factor.step ? { method: 'otp', left: { ...factor, step } } : undefined;
  const recovery = factor.recovery.filter((one) => one !== digest(code));
  return recovery.length < factor.recovery.length ? { method: 'recovery', left: { ...factor, recovery } } : undefined;
}

function totp(secret: string, label = '', issuer = ''): TOTP {
  return new TOTP({ secret: Secret.fromBase32(secret), label, issuer, digits: 6, period, algorithm: 'SHA1' });
}

/** Sixteen characters of 31: more than anybody guesses, also of a hash without salt. */
function newRecoveryCode(): string {
  const characters: string[] = [];
  while (characters.length < 16) {
    for (const byte of randomBytes(16)) if (byte < 248) characters.push(alphabet.charAt(byte % 31));
  }
  return (characters.slice(0, 16).join('').match(/.{4}/g) ?? []).join('-');
}

function digest(code: string): string {
  return digestOf(code.replaceAll('-', ''));
}
