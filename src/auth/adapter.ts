/**
 * The library's persistence on the state store: one kind of item per model. What may happen once only happens once, also among processes.
 * What is a token by its name alone is kept under the digest of it, so that nobody reads tokens out of the store.
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { FoundItem, StateStore } from '../store/state.js';
import { digestOf, hashSecret } from './secrets.js';

/** The library's model → the kind of item. A model that is not here is kept under its own name. */
const kinds: Readonly<Record<string, string>> = {
  Client: 'client',
  AuthorizationCode: 'authorization-code',
  RefreshToken: 'refresh-token',
  Grant: 'grant',
  Session: 'session',
  Interaction: 'interaction',
  ReplayDetection: 'replay-detection',
  InitialAccessToken: 'initial-access-token',
  RegistrationAccessToken: 'registration-access-token',
};

/** Whoever has the name has the token. A session's name is of no use without a cookie that is signed. */
const tokens: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken', 'InitialAccessToken', 'RegistrationAccessToken']);

export function adapterOn(states: StateStore, now: () => number, revoke: (grant: string) => Promise<void>): (model: string) => Adapter {
  return (model) => {
    const kind = kinds[model] ?? model;
    const read = (item: FoundItem | undefined): AdapterPayload | undefined => item && JSON.parse(item.value);
    const nameOf = (id: string) => (tokens.has(model) ? digestOf(id) : id);
    const byRef = async (ref: string) => read((await states.list(kind, { ref, count: 1 }))[0]);
    return {
      async upsert(id, payload, expiresIn) {
        const { jti, ...unnamed } = payload;
        const kept = tokens.has(model) ? unnamed : payload;
        const value = JSON.stringify(model === 'Client' ? await withHashedSecret(payload) : kept);
        const expires = expiresIn === undefined ? {} : { expires: now() + expiresIn * 1000 };
        const item = { kind, id: nameOf(id), value, refs: refsOf(model, id, payload), ...expires };
        if (model !== 'ReplayDetection') return void (await states.put(item));
        if (!(await states.add(item))) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
      },
      async find(id) {
        const payload = read(await states.get(kind, nameOf(id)));
        return payload && (tokens.has(model) ? { ...payload, jti: id } : payload);
      },
      findByUid: (uid) => byRef(`uid:${uid}`),
      findByUserCode: (code) => byRef(`userCode:${code}`),
      async consume(id) {
        for (;;) {
          const item = await states.get(kind, nameOf(id));
          const payload = read(item);
          if (item === undefined || payload === undefined) throw spent();
          if (payload.consumed !== undefined) {
            // One of those who have it should not: what the other got is taken back, as when they come one after the other.
            if (payload.grantId !== undefined) await revoke(payload.grantId);
            throw spent();
          }
          // Whoever else wrote it may have sealed it only: it is looked at again.
          const value = JSON.stringify({ ...payload, consumed: Math.floor(now() / 1000) });
          if (await states.put({ ...item, value }, item)) return;
        }
      },
      async destroy(id) {
        await states.take(kind, nameOf(id));
      },
      async revokeByGrantId(grant) {
        // It is called for each model in turn; all go together.
        if (model === 'AccessToken') await revoke(grant);
      },
    };
  };
}

/** Of several that use the same code or refresh token one alone comes through, and not for long. */
function spent(): Error {
  return new errors.InvalidGrant('it has been used already');
}

function refsOf(model: string, id: string, { grantId, uid, userCode, accountId, clientId }: AdapterPayload): readonly string[] {
  const grant = model === 'Grant' ? id : grantId;
  const refs = { grant, uid, userCode, account: accountId, client: clientId };
  return Object.entries(refs).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
}

async function withHashedSecret(client: AdapterPayload): Promise<AdapterPayload> {
  const { client_secret: secret } = client;
  return secret === undefined ? client : { ...client, client_secret: await hashSecret(secret) };
}
