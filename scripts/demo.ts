/**
 * `npm run demo`: a server with access control on, made-up Chinese patients, and a small SMART app that opens their records; on this machine
 * alone, with data that goes when it ends. `--port` and `--app-port` choose where. Stops on Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { accounts, type Demo, startDemo } from './demo/start.js';

const usage = `npm run demo [-- --port <n>] [--app-port <n>] [--picture <file>]

a server with access control on, made-up Chinese patients, and a small SMART app that opens their records; stops on Ctrl-C

  --port <n>        of the FHIR server (default 8080; 0 takes a free one)
  --app-port <n>    of the app (default 8081; 0 takes a free one)
  --picture <file>  only makes the README's picture: the app in Chromium with a record open, as PNG`;

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--${option} is ${text}; a number from 0 to 65535 was expected`);
}

function greeting({ fhir, app, workstation }: Demo): string {
  const lines = Object.values(accounts).map(
    ({ name, password, displayName, role }) => `  ${name.padEnd(8)} ${password.padEnd(15)} ${displayName}, ${role}`,
  );
  return `The demo is ready. 演示已就绪。

  ${app}      the app: sign in and open a record 应用：登录并打开档案
  ${workstation}   a hospital's workstation that launches it 医生工作站：由此打开应用
  ${fhir}   FHIR, for those who have a token 需要令牌

Accounts and passwords 账户与密码:
${lines.join('\n')}

All people are made up, and all data goes when this ends (Ctrl-C). 数据均为虚构，结束后即删除。
`;
}

async function picture(file: string): Promise<void> {
  // Who only tries the demo needs no Chromium.
  const { photograph } = await import('./demo/journey.js');
  const demo = await startDemo({ port: 0, appPort: 0 });
  await photograph(demo, accounts.doctor, file).finally(() => demo.close());
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'app-port': { type: 'string', default: '8081' },
      picture: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.picture !== undefined) return picture(values.picture);
  const demo = await startDemo({ port: portOf('port', values.port), appPort: portOf('app-port', values['app-port']) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void demo.close().then(() => process.exit(0)));
  console.log(greeting(demo));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
