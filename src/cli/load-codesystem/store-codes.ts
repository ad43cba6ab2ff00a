/** What was read of a file, put into the store that the settings name, through the rules of a server on it, and into the audit. */
import { recordOnce } from '../../audit/record-once.js';
import { type Config, readConfig } from '../../config.js';
import { openServer } from '../open-server.js';
import { operator } from '../operator.js';
import { baseOf } from '../places.js';
import { UsageError } from '../usage-error.js';
import type { LoadOptions } from './options.js';
import { putIn, type Target } from './put-in.js';
import type { CodesRead } from './read-codes.js';
import { codeSystemOf, type Described, valueSetOf } from './resources.js';

export interface Stored {
  /** `same`: exactly this was there already. */
  readonly kind: 'put' | 'same';
  /** Where the settings have it served. */
  readonly base: string;
}

interface Storing extends Pick<LoadOptions, 'valueSet' | 'replace' | 'lang'> {
  readonly onBlocks: Target['onBlocks'];
}

export type StoreCodes = (codes: CodesRead, described: Described, options: Storing) => Promise<Stored>;

/**
 * All that can be done before there is something to store; the store itself is not touched before. Throws UsageError or ConfigError; what
 * it gives throws CodesRefused, or an Error with a sentence.
 */
export async function readyToStore(): Promise<StoreCodes> {
  const config = readConfig(process.env);
  if (config.store === 'sqlite::memory:') throw new UsageError('STORE=sqlite::memory: would be gone at once: name a file.');
  // So that it is there when it is opened.
  await import('../../server.js');
  return (...given) => storeCodes(config, ...given);
}

async function storeCodes(config: Config, ...[codes, described, options]: Parameters<StoreCodes>): Promise<Stored> {
  const base = baseOf(config);
  const server = await openServer({ ...config, baseUrl: base }, { conceptTables: false });
  const { door, close } = await server.listen(0);
  try {
    const { valueSet, url, version, title } = described;
    const target = {
      store: server.own,
      door,
      limit: config.terminologyMemory * 1024 * 1024,
      language: options.lang,
      onBlocks: options.onBlocks,
    };
    const kind = await putIn(target, {
      table: codes.packed,
      codeSystem: codeSystemOf(codes.table, codes.packed.digest, described, codes),
      valueSet: valueSet === undefined || options.valueSet === false ? undefined : valueSetOf(described, valueSet),
      replace: options.replace,
    });
    if (kind === 'put' && config.audit !== 'off') {
      const about = { kind: 'code-system', id: `${url}|${version}`, name: title } as const;
      const detail = { concepts: codes.table.count };
      await recordOnce(server.own.audit, [{ by: operator(), kind: 'code-system-loaded', outcome: 'success', about, detail }]);
    }
    return { kind, base };
  } finally {
    await close();
  }
}
