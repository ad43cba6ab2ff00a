/** `lianyi codesystem`: the code systems whose concepts lie in tables of the store that STORE names. */
import { Command } from 'commander';
import type { CodeSystem, OperationOutcome } from 'fhir/r4.js';
import { recordOnce } from '../audit/record-once.js';
import { readConfig } from '../config.js';
import { tableDigestIn } from '../definitions/concept-table-extension.js';
import type { Language } from '../model/message.js';
import { tableNote } from '../store/concept-blocks.js';
import { namedTables, sweepTables } from '../store/concept-sweep.js';
import type { ResourceStore, Version } from '../store/port.js';
import { exitCodes } from './administer.js';
import { inColumns } from './columns.js';
import { examples } from './examples.js';
import { languageOption } from './language.js';
import { openServer } from './open-server.js';
import { operator } from './operator.js';
import { baseOf } from './places.js';

export function codeSystemCommand(): Command {
  return new Command('codesystem')
    .description('list and remove what lianyi load-codesystem loaded')
    .addCommand(
      new Command('list')
        .description('list them, with what they take 列出')
        .option('--json', 'as a JSON array', false)
        .addOption(languageOption())
        .action(({ json, lang }: { readonly json: boolean; readonly lang: Language }) => list(json, lang)),
    )
    .addCommand(
      new Command('remove')
        .description('remove one; its value set stays, without codes 删除一个（其值集保留，但不再有代码）')
        .argument('<canonical>', 'url|version, or url where there is one version 规范地址|版本')
        .addOption(languageOption())
        .action((canonical: string, { lang }: { readonly lang: Language }) => remove(canonical, lang)),
    )
    .addHelpText(
      'after',
      examples(['lianyi codesystem list', "lianyi codesystem remove 'https://example.org/fhir/CodeSystem/icd-10-gl|2.0'"]),
    )
    .addHelpText('after', exitCodes);
}

const digestOf = ({ json }: Pick<Version, 'json'>) => tableDigestIn(json);

interface Listed extends Pick<CodeSystem, 'id' | 'url' | 'version' | 'title'> {
  readonly concepts: number | undefined;
  /** Of memory, about; undefined: its table is not there. */
  readonly megabytes: number | undefined;
}

async function loaded(store: ResourceStore): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  for (const [digest, versions] of await namedTables({ store, digestOf })) {
    const note = await tableNote(store.states, digest);
    const megabytes = note && Math.round(note.bytes / 1024 / 102.4) / 10;
    for (const { id, json } of versions) {
      const { url, version, title, count } = JSON.parse(String(json)) as CodeSystem;
      found.push({ id, url, version, title, concepts: note?.concepts ?? count, megabytes });
    }
  }
  return found.sort((one, other) => (`${one.url}|${one.version}` < `${other.url}|${other.version}` ? -1 : 1));
}

async function withServer(
  work: (on: { readonly store: ResourceStore; readonly door: string; readonly audited: boolean }) => Promise<void>,
) {
  const config = readConfig(process.env);
  const server = await openServer({ ...config, baseUrl: baseOf(config) }, { conceptTables: false });
  const { door, close } = await server.listen(0);
  try {
    await work({ store: server.own, door, audited: config.audit !== 'off' });
  } finally {
    await close();
  }
}

const headings = {
  en: ['URL', 'VERSION', 'TITLE', 'CONCEPTS', 'MB'],
  zh: ['规范地址', '版本', '标题', '概念数', 'MB'],
} as const;
/** In place of what a table takes. */
const missing = { en: 'MISSING', zh: '缺失' } as const;

async function list(asJson: boolean, language: Language): Promise<void> {
  await withServer(async ({ store }) => {
    const all = await loaded(store);
    if (asJson) process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    else {
      const rows = all.map(({ url = '', version = '', title = '', concepts, megabytes }) => {
        return [url, version, title, String(concepts ?? '?'), megabytes === undefined ? missing[language] : String(megabytes)];
      });
      process.stdout.write(inColumns([headings[language], ...rows]));
    }
  });
}

async function remove(canonical: string, language: Language): Promise<void> {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
  await withServer(async ({ store, door, audited }) => {
    const fitting = (await loaded(store)).filter(({ url, version }) => url === canonical || `${url}|${version}` === canonical);
    const [only] = fitting;
    if (only === undefined)
      throw new Error(
        say(
          `No code system ${canonical} was loaded: see lianyi codesystem list`,
          `未导入过代码系统 ${canonical}：见 lianyi codesystem list`,
        ),
      );
    if (fitting.length > 1) {
      const all = fitting.map(({ url, version }) => `${url}|${version}`);
      throw new Error(
        say(`There are several: ${all.join(', ')}; name the version`, `有多个版本：${all.join('、')}；请写明版本（地址|版本）`),
      );
    }
    const response = await fetch(`${door}/CodeSystem/${only.id}`, { method: 'DELETE' });
    if (!response.ok) throw new Error(((await response.json()) as OperationOutcome).issue.map(({ details }) => details?.text).join('\n'));
    await sweepTables({ store, digestOf });
    const about = { kind: 'code-system', id: `${only.url}|${only.version}` } as const;
    if (audited) await recordOnce(store.audit, [{ by: operator(), kind: 'code-system-removed', outcome: 'success', about }]);
    process.stderr.write(say(`${only.url}|${only.version} is removed\n`, `已删除 ${only.url}|${only.version}\n`));
  });
}
