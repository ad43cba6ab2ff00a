/** Where things are, by the settings, in words for people and programs. */
import type { Config } from '../config.js';

/** Where FHIR is served by these settings, also when nobody listens. */
export function baseOf(config: Config): string {
  return config.baseUrl ?? `http://${config.host}:${config.port}/fhir`;
}

/** A store's URL without the password in it. */
export function withoutSecrets(store: string): string {
  return store.replace(/\/\/[^@/]*@/, '//***@');
}
