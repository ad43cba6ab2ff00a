/** A server as the settings say, for the commands that serve, load and look. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { auditOf } from '../access-settings.js';
import { type Config, demandedByType } from '../config.js';
import { builtFolder } from '../definitions/built.js';
import { definitionsAreFresh } from '../definitions/fingerprint.js';
import type { Server } from '../server.js';
import type { ServerOptions } from '../server-options.js';

const profilesFolder = fileURLToPath(new URL('../../../profiles', import.meta.url));

/** Throws a sentence where the definitions have to be built, or the store cannot be opened. */
export async function openServer(
  config: Config,
  more: Pick<ServerOptions, 'smart' | 'allowances' | 'conceptTables'> = {},
): Promise<Server> {
  if (!existsSync(builtFolder)) throw new Error('The definitions have not been built. Run: npm run build');
  if (existsSync(profilesFolder) && !definitionsAreFresh(profilesFolder, builtFolder)) {
    throw new Error('The packages under profiles/ have changed since the last build. Run: npm run build');
  }
  // Takes most of the time of a start: who asks for help, or has a setting wrong, does not wait for it.
  const { createServer } = await import('../server.js');
  return createServer({
    store: config.store,
    definitionsFolder: builtFolder,
    timezone: config.timezone,
    fullText: config.fullText,
    referentialIntegrity: config.referentialIntegrity,
    logRequests: config.logRequests,
    conditionalDelete: config.conditionalDelete,
    idempotencyHours: config.idempotencyHours,
    explainSearches: config.explainSearches,
    audit: auditOf(config),
    corsOrigins: config.corsOrigins.split(/,\s*/),
    demandedProfiles: demandedByType(config),
    strictness: { unknownProfiles: config.unknownProfiles, unknownExtensions: config.unknownExtensions, bestPractice: config.bestPractice },
    limits: { bundleBytes: config.maxBundleBytes, bundleEntries: config.maxBundleEntries, bodyBytes: config.maxBodyBytes },
    terminologyBytes: config.terminologyMemory * 1024 * 1024,
    // Standard output is for what a person or a script asked to see.
    logger: pino({ level: config.logLevel }, pino.destination(2)),
    ...(config.baseUrl === undefined ? {} : { baseUrl: config.baseUrl }),
    ...more,
  });
}
