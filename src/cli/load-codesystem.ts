/** `lianyi load-codesystem`: a table of codes, as CSV or as a CodeSystem, into the store that STORE names, while a server serves it or not. */
import { Command, Option } from 'commander';
import { languageOption } from './language.js';
import { describe } from './load-codesystem/describe.js';
import { encodings } from './load-codesystem/encoding.js';
import { CodesRefused } from './load-codesystem/faults.js';
import { about, summary } from './load-codesystem/help.js';
import type { LoadOptions } from './load-codesystem/options.js';
import { createProgress, type Progress } from './load-codesystem/progress.js';
import { readInThread } from './load-codesystem/read-in-thread.js';

export function loadCodeSystemCommand(): Command {
  return new Command('load-codesystem')
    .description('load a table of codes from CSV, TSV or a FHIR CodeSystem')
    .argument('<file>', 'the table 代码表文件')
    .option('--url <url>', 'canonical of the CodeSystem; of a CSV it must be given 代码系统的规范地址')
    .option('--version <version>', 'its version; of a CSV it must be given 版本')
    .option('--columns <pairs>', 'which heading says what: code=…,display=…,english=…,parent=…,prop:<code>=… 列的对应关系')
    .option('--name <name>', 'name for programs; made of the url unless given 计算机可读名称')
    .option('--title <title>', 'name for people 标题')
    .option('--publisher <publisher>', 'who publishes it 发布者')
    .option('--value-set <url>', 'canonical of the ValueSet of all its codes, made unless it is there 全部代码值集的规范地址')
    .option('--no-value-set', 'make no ValueSet 不生成值集')
    .addOption(
      new Option('--hierarchy <how>', 'prefix: below the longest code that a code begins with 按代码前缀确定上下级').choices(['prefix']),
    )
    .option('--supplements <url>', 'canonical of the code system whose codes are given more words and properties 所补充的代码系统')
    .option('--case-insensitive', 'codes are compared without regard to case 代码不区分大小写')
    .addOption(new Option('--encoding <encoding>', 'of the file; told by its bytes unless given 文件编码').choices([...encodings]))
    .option('--delimiter <character>', 'between fields; told by the headings unless given 字段分隔符')
    .option('--replace', 'also where this version is there already 替换已有的同一版本', false)
    .option('--dry-run', 'check the file and store nothing 只检查，不入库', false)
    .addOption(languageOption())
    .addHelpText('after', about)
    .action(run);
}

async function run(file: string, options: LoadOptions): Promise<void> {
  try {
    await loadFile(file, options);
  } catch (error) {
    if (!(error instanceof CodesRefused)) throw error;
    const last =
      options.lang === 'zh' ? `未导入任何内容（${error.faults.count} 处错误）` : `Nothing was loaded (faults: ${error.faults.count})`;
    process.stderr.write(`${[...error.faults.lines(file, options.lang), last].join('\n')}\n`);
    process.exitCode = 1;
  }
}

async function loadFile(file: string, options: LoadOptions): Promise<void> {
  const start = performance.now();
  const progress = createProgress(options.lang);
  const { codes, described, kind, base } = await loaded(file, options, progress).finally(progress.stop);
  const { url, version } = described;
  const valueSet = options.valueSet === false ? undefined : described.valueSet;
  const { read, repeated, withoutDisplay, unread, firstCode: code, table } = codes;
  const told = {
    kind,
    base,
    url,
    version,
    valueSet,
    supplements: codes.about?.supplements,
    concepts: table.count,
    bytes: table.bytes,
    code,
    read,
    repeated,
    withoutDisplay,
    unread,
  };
  process.stdout.write(summary({ ...told, milliseconds: performance.now() - start }, options.lang));
}

const dryRun = { kind: 'dry-run', base: '[base]' } as const;

/** The file is read in a thread of its own; what it takes to store it is loaded meanwhile, which lasts as long. */
async function loaded(file: string, options: LoadOptions, progress: Progress) {
  const reading = readInThread(file, options, (bytes, of) => progress.at('read', bytes, of));
  const storing = options.dryRun ? undefined : import('./load-codesystem/store-codes.js').then(({ readyToStore }) => readyToStore());
  // What is wrong with the file is told first.
  storing?.catch(() => undefined);
  const codes = await reading;
  const described = describe(options, codes.about);
  if (storing === undefined) return { codes, described, ...dryRun };
  const store = await storing;
  return { codes, described, ...(await store(codes, described, { ...options, onBlocks: (done, of) => progress.at('store', done, of) })) };
}
