/** Somebody who issues tokens, with a key of the test's own. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface Issuing {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** A right token of `claims` over the usual ones; `header` over the usual one. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
}

export const base = 'https://fhir.example.org/fhir';
export const issuer = 'https://fhir.example.org/auth';

export function anIssuer(now: () => number = Date.now): Issuing {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  let count = 0;
  const token: Issuing['token'] = (claims = {}, header = {}) => {
    const iat = Math.floor(now() / 1000);
    const usual = {
      iss: issuer,
      aud: base,
      sub: 'wang',
      client_id: 'app',
      jti: `t${++count}`,
      gid: 'g1',
      role: 'clinician',
      scope: 'user/*.rs',
    };
    return jws({ alg: 'RS256', typ: 'at+jwt', kid, ...header }, { ...usual, iat, exp: iat + 300, ...claims }, (text) =>
      sign('sha256', Buffer.from(text), privateKey).toString('base64url'),
    );
  };
  return { kid, publicKey, privateKey, token };
}

export function jws(header: object, claims: unknown, signature: (text: string) => string): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${signature(text)}`;
}

export function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
