/** Access control as the settings say, for the command that serves: the others work on the store as its operator. */
import { readFileSync } from 'node:fs';
import { hostsOf, limitOf } from '../access-settings.js';
import { readTrustedIssuers, type TrustedIssuerSettings } from '../auth/verify/trusted-issuers.js';
import { type Config, ConfigError } from '../config.js';
import { secretsKeyIn } from '../secrets-key.js';
import type { ServerOptions, SmartOptions } from '../server-options.js';

/** In a minute: more than anybody fails by mistake, fewer than guessing takes. */
const FAILURES = 20;

/** Throws a sentence where a file that is named cannot be read. */
export function smartOptions(
  config: Config,
  onFirstStart: NonNullable<SmartOptions['onFirstStart']>,
): Pick<ServerOptions, 'smart' | 'allowances'> {
  if (config.access === 'off') return {};
  return {
    smart: {
      lifetimes: {
        accessToken: config.accessTokenSeconds,
        systemToken: config.systemTokenSeconds,
        refreshToken: Math.round(config.refreshTokenDays * 86_400),
        session: Math.round(config.sessionHours * 3600),
      },
      consent: config.consent,
      policyFile: config.policyFile === '' ? undefined : config.policyFile,
      trustedIssuers: config.trustedIssuers === '' ? [] : issuersIn(config.trustedIssuers),
      secretsKey: secretsKeyIn(config.secretsKeyFile),
      outboundAllow: hostsOf(config),
      trustProxy: config.trustProxy,
      ...(config.rateLimit === 'off' ? {} : { failuresPerMinute: FAILURES }),
      onFirstStart,
    },
    allowances: { perMinute: limitOf(config.rateLimit), atOnce: limitOf(config.concurrencyLimit) },
  };
}

function issuersIn(file: string): readonly TrustedIssuerSettings[] {
  try {
    return readTrustedIssuers(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`TRUSTED_ISSUERS, ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
