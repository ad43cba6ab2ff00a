/**
 * In which encoding a file of codes is written, told by its bytes: marks of UTF-8 and UTF-16 first, then whether all of it is UTF-8, then
 * whether all of it is GB18030 (which GBK and GB2312 are part of). What is neither is refused with the line and the bytes that show it.
 * Source: GB 18030-2022, Unicode 15 ch. 3 (D92, UTF-8), WHATWG Encoding
 */
import { isUtf8 } from 'node:buffer';
import { refused, type Said } from './faults.js';

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof encodings)[number];

export interface Encoded {
  readonly encoding: Encoding;
  /** Without the mark at the beginning. */
  readonly bytes: Buffer;
}

const marks: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

const containers: readonly (readonly [mark: Buffer, said: Said])[] = [
  [
    Buffer.from('PK\x03\x04', 'latin1'),
    [
      'it is an Excel workbook (XLSX) or a ZIP; save the sheet as CSV (UTF-8) and load that',
      '这是 Excel 工作簿（XLSX）或 ZIP；请将工作表另存为 CSV（UTF-8）后再导入',
    ],
  ],
  [
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
    [
      'it is an old Excel workbook (XLS); save the sheet as CSV (UTF-8) and load that',
      '这是旧版 Excel 工作簿（XLS）；请将工作表另存为 CSV（UTF-8）后再导入',
    ],
  ],
  [Buffer.from([0x1f, 0x8b]), ['it is packed with gzip; unpack it first', '这是 gzip 压缩文件；请先解压']],
  [Buffer.from('%PDF'), ['it is a PDF; CSV, TSV or FHIR JSON was expected', '这是 PDF 文件；应为 CSV、TSV 或 FHIR JSON']],
];

/** Throws CodesRefused where it cannot be told, or is not as `named` says. */
export function encodedAs(all: Buffer, named: Encoding | undefined): Encoded {
  if (all.length === 0) throw refused(['the file is empty', '文件为空']);
  const container = containers.find(([mark]) => startsWith(all, mark));
  if (container !== undefined) throw refused(container[1]);
  const marked = marks.find(([, mark]) => startsWith(all, mark));
  const bytes = marked === undefined ? all : all.subarray(marked[1].length);
  const encoding = named ?? marked?.[0] ?? told(bytes);
  const wrong = firstWrong(bytes, encoding);
  if (wrong !== undefined) {
    throw refused(
      [
        `the bytes ${wrong.bytes} are no ${encoding}; --encoding names another encoding`,
        `字节 ${wrong.bytes} 不是 ${encoding} 编码；可用 --encoding 指定其他编码`,
      ],
      { line: wrong.line },
    );
  }
  return { encoding, bytes };
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

function told(bytes: Buffer): Encoding {
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw refused(
      [
        'it holds zero bytes: it is no text, or UTF-16 without a mark at its beginning (name it: --encoding utf-16le)',
        '含有零字节：不是文本，或是缺少字节序标记的 UTF-16（请指定 --encoding utf-16le）',
      ],
      { line: lineOf(bytes, zero) },
    );
  }
  if (isUtf8(bytes)) {
    if (!isDoubtful(bytes)) return 'utf-8';
    throw refused([
      'it could be UTF-8 as well as GB18030; say which it is with --encoding utf-8 or --encoding gb18030',
      '该文件既可能是 UTF-8 也可能是 GB18030；请用 --encoding utf-8 或 --encoding gb18030 指明',
    ]);
  }
  const other = firstWrong(bytes, 'gb18030');
  if (other === undefined) return 'gb18030';
  const own = firstWrong(bytes, 'utf-8');
  throw refused(
    [
      `it is neither UTF-8 (line ${own?.line}: ${own?.bytes}) nor GB18030 (line ${other.line}: ${other.bytes})`,
      `既不是 UTF-8（第 ${own?.line} 行：${own?.bytes}），也不是 GB18030（第 ${other.line} 行：${other.bytes}）`,
    ],
    { line: other.line },
  );
}

/** Chinese is three bytes in UTF-8. Where all that is not ASCII takes two, pairs of GB18030 may only look like UTF-8: 联通. */
function isDoubtful(bytes: Buffer): boolean {
  if (bytes.some((byte) => byte >= 0xe0) || !bytes.some((byte) => byte >= 0x80)) return false;
  return /\p{Script=Han}/u.test(decoderOf('gb18030').decode(bytes)) && firstWrong(bytes, 'gb18030') === undefined;
}

function decoderOf(encoding: Encoding): InstanceType<typeof TextDecoder> {
  return new TextDecoder(encoding, { fatal: false, ignoreBOM: true });
}

/** Bytes decoded, or read, at once. */
const PIECE = 512 * 1024;

export interface Decoded {
  readonly piece: string | Buffer;
  /** Bytes up to its end. */
  readonly end: number;
}

/** The text, some at a time. UTF-8 stays bytes, which may end within a character. */
export function* decoded({ encoding, bytes }: Encoded): Generator<Decoded> {
  const decoder = encoding === 'utf-8' ? undefined : decoderOf(encoding);
  for (let at = 0; at < bytes.length; at += PIECE) {
    const some = bytes.subarray(at, at + PIECE);
    yield { piece: decoder?.decode(some, { stream: true }) ?? some, end: at + some.length };
  }
  if (decoder !== undefined) yield { piece: decoder.decode(), end: bytes.length };
}

interface Wrong {
  readonly line: number;
  /** In hexadecimal. */
  readonly bytes: string;
}

function firstWrong(bytes: Buffer, encoding: Encoding): Wrong | undefined {
  if (encoding === 'utf-8' ? isUtf8(bytes) : isWhole(bytes, encoding)) return undefined;
  // A line feed stands in no longer sequence of UTF-8 or GB18030.
  for (let from = 0, line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const until = end < 0 || encoding.startsWith('utf-16') ? bytes.length : end + 1;
    const one = bytes.subarray(from, until);
    if (!isWhole(one, encoding)) return { line, bytes: shownFrom(one, encoding) };
    from = until;
  }
  return { line: 1, bytes: shownFrom(bytes, encoding) };
}

function isWhole(bytes: Buffer, encoding: Encoding): boolean {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  try {
    for (let at = 0; at < bytes.length; at += PIECE) decoder.decode(bytes.subarray(at, at + PIECE), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** Bytes that are shown of a wrong sequence. */
const SHOWN = 4;

/** Halves the line until the sequence is found that is wrong. */
function shownFrom(line: Buffer, encoding: Encoding): string {
  const isRight = (until: number) => {
    try {
      new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(line.subarray(0, until), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [right, wrong] = [0, line.length + 1];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (middle <= line.length && isRight(middle)) right = middle;
    else wrong = middle;
  }
  const at = Math.max(0, Math.min(right, line.length - 1) - 1);
  return (
    line
      .subarray(at, at + SHOWN)
      .toString('hex')
      .match(/../g) ?? []
  )
    .join(' ')
    .toUpperCase();
}

function lineOf(bytes: Buffer, at: number): number {
  let line = 1;
  for (let next = bytes.indexOf(0x0a); next >= 0 && next < at; next = bytes.indexOf(0x0a, next + 1)) line++;
  return line;
}
