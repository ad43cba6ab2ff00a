/** `lianyi load-codesystem`: a table of codes, as CSV or as a CodeSystem, into the store that STORE names, while a server serves it or not. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { CodeSystem } from 'fhir/r4.js';
import { recordOnce } from '../audit/record-once.js';
import { type Config, readConfig } from '../config.js';
import type { Language } from '../model/message.js';
import type { ConceptTable } from '../terminology/table/concept-table.js';
import { languageOption } from './language.js';
import { parseColumns } from './load-codesystem/columns.js';
import { type Encoded, type Encoding, encodedAs, encodings } from './load-codesystem/encoding.js';
import { CodesRefused, refused } from './load-codesystem/faults.js';
import { about, summary } from './load-codesystem/help.js';
import { putIn } from './load-codesystem/put-in.js';
import { readResourceFile } from './load-codesystem/read-resource.js';
import { readTableFile } from './load-codesystem/read-table.js';
import { codeSystemOf, type Described, usualName, usualValueSet, valueSetOf } from './load-codesystem/resources.js';
import { delimiterOf } from './load-codesystem/rows.js';
import { operator } from './operator.js';
import { baseOf } from './places.js';
import { UsageError } from './usage-error.js';

interface Options {
  readonly url?: string;
  readonly version?: string;
  readonly columns?: string;
  readonly name?: string;
  readonly title?: string;
  readonly publisher?: string;
  /** false: none is made. */
  readonly valueSet?: string | false;
  readonly hierarchy?: 'prefix';
  readonly caseInsensitive?: true;
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly replace: boolean;
  readonly dryRun: boolean;
  readonly lang: Language;
}

export function loadCodeSystemCommand(): Command {
  return new Command('load-codesystem')
    .description('load a table of codes from CSV, TSV or a FHIR CodeSystem 从 CSV、TSV 或 FHIR CodeSystem 导入代码表')
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
    .option('--case-insensitive', 'codes are compared without regard to case 代码不区分大小写')
    .addOption(new Option('--encoding <encoding>', 'of the file; told by its bytes unless given 文件编码').choices([...encodings]))
    .option('--delimiter <character>', 'between fields; told by the headings unless given 字段分隔符')
    .option('--replace', 'also where this version is there already 替换已有的同一版本', false)
    .option('--dry-run', 'check the file and store nothing 只检查，不入库', false)
    .addOption(languageOption())
    .addHelpText('after', about)
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
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

interface Loaded extends Pick<Parameters<typeof summary>[0], 'read' | 'repeated' | 'withoutDisplay' | 'unread'> {
  readonly table: ConceptTable;
  readonly about?: Partial<CodeSystem>;
  readonly hasHierarchy: boolean;
}

async function loadFile(file: string, options: Options): Promise<void> {
  const start = performance.now();
  const encoded = encodedAs(await bytesOf(file), options.encoding);
  const isResource = encoded.bytes.toString('latin1', 0, 100).trimStart().startsWith('{');
  const loaded = isResource ? await fromResource(encoded, options) : await fromTable(encoded, options);
  const described = describe(options, loaded.about);
  const valueSet = options.valueSet === false ? undefined : described.valueSet;
  const config = options.dryRun ? undefined : readConfig(process.env);
  const kind = config === undefined ? ('dry-run' as const) : await store(config, loaded, described, options);
  const { read, repeated, withoutDisplay, unread, table } = loaded;
  const { url, version } = described;
  const [code = ''] = table.columns.codes.bytes.toString('utf8', 0, table.columns.codes.ends[0]).split('\n', 1);
  const base = config === undefined ? '[base]' : baseOf(config);
  const told = {
    kind,
    base,
    url,
    version,
    valueSet,
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

async function bytesOf(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw refused(
      error.code === 'ENOENT' ? ['there is no such file', '没有这个文件'] : [`cannot be read: ${error.code}`, `无法读取：${error.code}`],
    );
  });
}

async function fromResource({ encoding, bytes }: Encoded, { caseInsensitive }: Options): Promise<Loaded> {
  if (encoding !== 'utf-8') throw new UsageError(`JSON is UTF-8; this is ${encoding}. FHIR JSON 应为 UTF-8。`);
  const { builder, about: own } = readResourceFile(bytes, caseInsensitive ? false : undefined);
  const table = builder.finish();
  const hasHierarchy = table.columns.parents.places.length > 0;
  return { table, about: own, hasHierarchy, read: 'FHIR CodeSystem', repeated: 0, withoutDisplay: 0, unread: [] };
}

async function fromTable(encoded: Encoded, options: Options): Promise<Loaded> {
  const columns = options.columns === undefined ? undefined : parseColumns(options.columns);
  if (Array.isArray(columns)) throw new UsageError(columns[options.lang === 'zh' ? 1 : 0]);
  // Before a long reading, not behind it.
  describe(options);
  const delimiter = delimiterGiven(options.delimiter) ?? delimiterOf(encoded);
  const { builder, ...read } = await readTableFile(encoded, {
    delimiter,
    columns: columns as ReadonlyMap<string, string> | undefined,
    caseSensitive: options.caseInsensitive !== true,
    byPrefix: options.hierarchy === 'prefix',
  });
  const name = delimiter === '\t' ? 'TSV' : 'CSV';
  return { table: builder.finish(), ...read, read: `${name}, ${encoded.encoding}` };
}

function delimiterGiven(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const one = given === '\\t' || given.toLowerCase() === 'tab' ? '\t' : given;
  if (one.length !== 1 || /["\r\n]/.test(one)) throw new UsageError(`--delimiter is one character, or tab; it is "${given}".`);
  return one;
}

/** Throws UsageError where something is not given that the file does not say. */
function describe(options: Options, own: Partial<CodeSystem> = {}): Described {
  const { url = own.url, version = own.version, publisher = own.publisher } = options;
  if (url === undefined || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(url)) {
    throw new UsageError(
      options.lang === 'zh'
        ? `--url 应为代码系统的规范地址，如 https://example.org/fhir/CodeSystem/icd-10，实为“${url ?? ''}”。`
        : `--url must be the canonical of the code system, such as https://example.org/fhir/CodeSystem/icd-10; it is "${url ?? ''}".`,
    );
  }
  if (version === undefined || version.trim() !== version || version === '' || version.includes('|')) {
    throw new UsageError(
      options.lang === 'zh'
        ? `--version 应为代码系统的版本，如 2.0，实为“${version ?? ''}”。`
        : `--version must be the version of the code system, such as 2.0; it is "${version ?? ''}".`,
    );
  }
  const name = options.name ?? own.name ?? usualName(url);
  const title = options.title ?? own.title ?? name;
  const valueSet = typeof options.valueSet === 'string' ? options.valueSet : (own.valueSet ?? usualValueSet(url));
  return { url, version, name, title, ...(publisher === undefined ? {} : { publisher }), ...(valueSet === undefined ? {} : { valueSet }) };
}

async function store(config: Config, loaded: Loaded, described: Described, options: Options): Promise<'put' | 'same'> {
  if (config.store === 'sqlite::memory:') throw new UsageError('STORE=sqlite::memory: would be gone at once: name a file.');
  const { openServer } = await import('./open-server.js');
  const server = await openServer({ ...config, baseUrl: baseOf(config) });
  const { door, close } = await server.listen(0);
  try {
    const { valueSet } = described;
    const target = { store: server.store, door, limit: config.terminologyMemory * 1024 * 1024, language: options.lang };
    const kind = await putIn(target, {
      table: loaded.table,
      codeSystem: (digest) => codeSystemOf(loaded.table, digest, described, loaded),
      valueSet: valueSet === undefined || options.valueSet === false ? undefined : valueSetOf(described, valueSet),
      replace: options.replace,
    });
    if (kind === 'put' && config.audit !== 'off') {
      const { url, version, title } = described;
      const about = { kind: 'code-system', id: `${url}|${version}`, name: title } as const;
      const detail = { concepts: loaded.table.count };
      await recordOnce(server.store.audit, [{ by: operator(), kind: 'code-system-loaded', outcome: 'success', about, detail }]);
    }
    return kind;
  } finally {
    await close();
  }
}
