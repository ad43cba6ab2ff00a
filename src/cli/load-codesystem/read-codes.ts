/** A file of codes, read, checked and packed: all that can be done with it before the store is asked. */
import { readFile } from 'node:fs/promises';
import type { CodeSystem } from 'fhir/r4.js';
import { type PackedTable, packTable } from '../../store/concept-blocks.js';
import type { ConceptTable } from '../../terminology/table/concept-table.js';
import { writeTable } from '../../terminology/table/table-bytes.js';
import { UsageError } from '../usage-error.js';
import { parseColumns } from './columns.js';
import { describe } from './describe.js';
import { type Encoded, encodedAs } from './encoding.js';
import { refused } from './faults.js';
import type { LoadOptions } from './options.js';
import { readResourceFile } from './read-resource.js';
import { readTableFile } from './read-table.js';
import { delimiterOf } from './rows.js';

/** How the file was read. */
interface Reading {
  /** `CSV, utf-8` */
  readonly read: string;
  readonly repeated: number;
  readonly withoutDisplay: number;
  readonly unread: readonly string[];
  readonly hasHierarchy: boolean;
  /** What a resource says of itself. */
  readonly about?: Partial<CodeSystem>;
}

/** Plain data. */
export interface CodesRead extends Reading {
  readonly packed: PackedTable;
  readonly table: Pick<ConceptTable, 'count' | 'bytes' | 'caseSensitive' | 'properties'>;
  readonly firstCode: string;
}

/** How many bytes of the file are behind, now and then. */
export type OnPassed = (bytes: number, of: number) => void;

/** Bytes from one time to the next. */
const STEP = 512 * 1024;

/** Throws CodesRefused, or UsageError where something is not given that the file does not say. */
export async function readCodes(file: string, options: LoadOptions, onPassed: OnPassed): Promise<CodesRead> {
  const encoded = encodedAs(await bytesOf(file), options.encoding);
  const isResource = encoded.bytes.toString('latin1', 0, 100).trimStart().startsWith('{');
  const onBytes = calmly(encoded.bytes.length, onPassed);
  const { table, ...read } = isResource ? fromResource(encoded, options, onBytes) : await fromTable(encoded, options, onBytes);
  const reading = options.supplements === undefined ? read : asSupplement(read, options.supplements);
  const { count, bytes, caseSensitive, properties, columns } = table;
  const [firstCode = ''] = columns.codes.bytes.toString('utf8', 0, columns.codes.ends[0]).split('\n', 1);
  const packed = await packTable(Buffer.concat(writeTable(table)), count);
  return { ...reading, packed, firstCode, table: { count, bytes, caseSensitive, properties } };
}

/** Its codes are those of another. Source: R4 codesystem.html#supplements */
function asSupplement(read: Reading, supplements: string): Reading {
  return { ...read, hasHierarchy: false, about: { ...read.about, content: 'supplement', supplements } };
}

function calmly(of: number, onPassed: OnPassed): (bytes: number) => void {
  let told = 0;
  return (bytes) => {
    if (bytes - told < STEP) return;
    told = bytes;
    onPassed(bytes, of);
  };
}

type OnBytes = (bytes: number) => void;
type Loaded = Reading & { readonly table: ConceptTable };

async function bytesOf(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw refused(
      error.code === 'ENOENT' ? ['there is no such file', '没有这个文件'] : [`cannot be read: ${error.code}`, `无法读取：${error.code}`],
    );
  });
}

function fromResource({ encoding, bytes }: Encoded, { caseInsensitive }: LoadOptions, onBytes: OnBytes): Loaded {
  if (encoding !== 'utf-8') throw new UsageError(`JSON is UTF-8; this is ${encoding}. FHIR JSON 应为 UTF-8。`);
  const { builder, about: own } = readResourceFile(bytes, caseInsensitive ? false : undefined, onBytes);
  const table = builder.finish();
  const hasHierarchy = table.columns.parents.places.length > 0;
  return { table, about: own, hasHierarchy, read: 'FHIR CodeSystem', repeated: 0, withoutDisplay: 0, unread: [] };
}

async function fromTable(encoded: Encoded, options: LoadOptions, onBytes: OnBytes): Promise<Loaded> {
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
    onBytes,
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
