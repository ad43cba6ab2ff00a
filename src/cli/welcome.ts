/** What `serve` says besides where it serves: how to go on, and what is wrong with an address. In the language of the terminal. */
import { resolve } from 'node:path';
import type { Config } from '../config.js';
import { isLoopback } from '../model/loopback.js';
import type { Language } from '../model/message.js';
import { inColumns } from './columns.js';
import { withoutSecrets } from './places.js';

interface Served {
  /** The FHIR base as clients see it. */
  readonly url: string;
  readonly store: string;
  readonly access: 'off' | 'smart';
  /** Where the settings come from. */
  readonly environment: NodeJS.ProcessEnv;
}

/** A few lines at each start: for whoever has not read the README yet. */
export function firstSteps({ url, store, access, environment }: Served, language: Language): string {
  const lianyi = `${placeSettings(environment)}npx lianyi`;
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
  const root = url.replace(/[^/]*\/?$/, '');
  const rows = [
    [say('guide', '实施指南'), `${root}guide/`],
    [say('first request', '试一试'), `curl ${access === 'smart' ? `${url}/metadata` : `'${url}/Patient?name=zsf'`}`],
    [say('data', '数据'), placeOf(store, say)],
    ...(access === 'smart'
      ? [
          [say('account', '账户'), `${lianyi} user add wangfang --role clinician --institution hospital-1`],
          [say('token', '令牌'), `${lianyi} token --scope 'system/*.rs' --institution '*'`],
        ]
      : [
          [
            say('access', '访问控制'),
            say(
              'off, all who reach this address read and write everything; ACCESS=smart asks for tokens',
              '未启用，能访问此地址者均可读写全部数据；设 ACCESS=smart 则须令牌',
            ),
          ],
        ]),
  ];
  return inColumns(rows.map((row) => ['', ...row]));
}

/** Commands beside the server find its store and its base by these, where they are set. */
function placeSettings(environment: NodeJS.ProcessEnv): string {
  const given = ['STORE', 'HOST', 'PORT', 'BASE_URL'].flatMap((name) => {
    const value = withoutSecrets(environment[name] ?? '');
    if (value === '' || (name === 'PORT' && value === '0')) return [];
    return [`${name}=${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`} `];
  });
  return given.join('');
}

function placeOf(store: string, say: (en: string, zh: string) => string): string {
  if (store === 'sqlite::memory:') return say('in memory, gone when it ends', '仅在内存中，停止后即消失');
  return store.startsWith('sqlite:') ? resolve(store.slice('sqlite:'.length)) : withoutSecrets(store);
}

/** Tokens that go over the network in clear are anybody's. */
export function warningOf(url: string, language: Language): string {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopback(hostname)) return '';
  return language === 'zh'
    ? `警告：${url} 不是 https，密码和令牌在传输途中可能被截获。请在前面设置 TLS 代理，并将 BASE_URL 设为其地址。\n`
    : `Warning: ${url} is not https: passwords and tokens can be read on the way. Put a proxy with TLS in front and set BASE_URL to its address.\n`;
}

/** Whoever has a copy of the store, or may read it, could sign tokens. */
export function warningOfSecrets({ secretsKeyFile, store }: Pick<Config, 'secretsKeyFile' | 'store'>, language: Language): string {
  if (secretsKeyFile !== '' || store === 'sqlite::memory:') return '';
  return language === 'zh'
    ? '警告：未设置 SECRETS_KEY_FILE，签名私钥与第二因素以明文保存在存储中，能读取存储或其备份者即可签发令牌。加密方法见 npx lianyi keys reencrypt --help\n'
    : 'Warning: SECRETS_KEY_FILE is not set: signing keys and second factors lie in the store in clear, and whoever reads it or a backup of ' +
        'it could sign tokens. npx lianyi keys reencrypt --help says how to seal them.\n';
}

/** Shown once for a store. */
export function welcome(url: string, token: string, language: Language): string {
  return language === 'zh'
    ? `
此存储首次启用访问控制。已生成密钥，以及供应用自行注册的令牌：

  ${token}

令牌一周内有效，不再显示；npx lianyi registration-token 可另行签发。接下来：
  npx lianyi user add NAME --role ROLE    添加可登录的账户（角色见 npx lianyi policy show）
  npx lianyi client add …                 由您注册应用或系统
应用所需的其余信息见 ${url}/.well-known/smart-configuration

`
    : `
This store is served with access control for the first time. Keys were made, and a token with which apps may register themselves:

  ${token}

It lasts a week and is not shown again; npx lianyi registration-token makes another. What to do next:
  npx lianyi user add NAME --role ROLE    somebody who can sign in (the roles: npx lianyi policy show)
  npx lianyi client add …                 an app or a system that you register yourself
Apps find everything else at ${url}/.well-known/smart-configuration

`;
}
