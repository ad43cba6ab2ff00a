/** A server as the settings say, for the commands that serve, load and look. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type Config, demandedByType } from '../config.js';
import { definitionsAreFresh } from '../definitions/fingerprint.js';
import { createServer, type Server } from '../server.js';

const projectFile = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const profilesFolder = projectFile('profiles');
export const definitionsFolder = projectFile('dist/definitions');

/** Throws a sentence where the definitions have to be built, or the store cannot be opened. */
export function openServer(config: Config): Promise<Server> {
  if (!existsSync(definitionsFolder)) throw new Error('The definitions have not been built. Run: npm run build');
  if (existsSync(profilesFolder) && !definitionsAreFresh(profilesFolder, definitionsFolder)) {
    throw new Error('The packages under profiles/ have changed since the last build. Run: npm run build');
  }
  return createServer({
    store: config.store,
    definitionsFolder,
    timezone: config.timezone,
    fullText: config.fullText,
    referentialIntegrity: config.referentialIntegrity,
    logRequests: config.logRequests,
    conditionalDelete: config.conditionalDelete,
    idempotencyHours: config.idempotencyHours,
    explainSearches: config.explainSearches,
    corsOrigins: config.corsOrigins.split(/,\s*/),
    demandedProfiles: demandedByType(config),
    strictness: { unknownProfiles: config.unknownProfiles, unknownExtensions: config.unknownExtensions, bestPractice: config.bestPractice },
    limits: { bundleBytes: config.maxBundleBytes, bundleEntries: config.maxBundleEntries, bodyBytes: config.maxBodyBytes },
    // Standard output is for what a person or a script asked to see.
    logger: pino({ level: config.logLevel }, pino.destination(2)),
    ...(config.baseUrl === undefined ? {} : { baseUrl: config.baseUrl }),
  });
}

/** Where FHIR is served by these settings, also when nobody listens. */
export function baseOf(config: Config): string {
  return config.baseUrl ?? `http://${config.host}:${config.port}/fhir`;
}

/** A store's URL without the password in it. */
export function withoutSecrets(store: string): string {
  return store.replace(/\/\/[^@/]*@/, '//***@');
}
