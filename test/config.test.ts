import { describe, expect, test } from '@jest/globals';
import { ConfigError, demandedByType, readConfig, settings } from '../src/config.js';

describe('settings', () => {
  test('have defaults that serve this machine alone on an embedded store', () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      idempotencyHours: 24,
      audit: '',
      auditDays: 1095,
      consent: 'opt-out',
      store: 'sqlite:./data/lianyi.db',
      logLevel: 'info',
      logRequests: false,
      corsOrigins: '*',
      fullText: 'ClinicalImpression,Composition,DiagnosticReport,DocumentReference,Questionnaire',
      terminologyMemory: 512,
      timezone: 'Asia/Shanghai',
      demandedProfiles: '',
      referentialIntegrity: 'off',
      unknownProfiles: 'warning',
      unknownExtensions: 'warning',
      bestPractice: 'warning',
      maxBundleBytes: 33554432,
      maxBundleEntries: 5000,
      maxBodyBytes: 10485760,
      conditionalDelete: 'single',
      explainSearches: false,
      allowOpenAccess: false,
      access: 'off',
      policyFile: '',
      accessTokenSeconds: 3600,
      systemTokenSeconds: 300,
      refreshTokenDays: 90,
      secretsKeyFile: '',
      sessionHours: 8,
      trustedIssuers: '',
      trustProxy: false,
      outboundAllow: '',
      rateLimit: '6000,600000',
      concurrencyLimit: '64,512',
    });
  });

  test('are typed and frozen', () => {
    const config = readConfig({ PORT: '0', ALLOW_OPEN_ACCESS: 'true', HOST: '0.0.0.0' });
    expect(config.port).toBe(0);
    expect(config.allowOpenAccess).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('demand profiles of types', () => {
    const config = readConfig({ DEMANDED_PROFILES: 'Patient=http://a.cn/p|1,http://a.cn/q;Group=urn:oid:1.2;Patient=http://a.cn/r' });
    expect(demandedByType(config)).toEqual({ Patient: ['http://a.cn/p|1', 'http://a.cn/q', 'http://a.cn/r'], Group: ['urn:oid:1.2'] });
    expect(demandedByType(readConfig({}))).toEqual({});
  });

  test('count as not given when empty', () => {
    expect(readConfig({ PORT: '' }).port).toBe(8080);
  });

  test.each([
    ['PORT', '99999', 'a whole number from 0 to 65535'],
    ['PORT', 'http', 'a whole number'],
    ['PORT', '80.5', 'a whole number'],
    ['STORE', 'postgres://x', 'sqlite:<file>'],
    ['STORE', 'sqlite:', 'sqlite:<file>'],
    ['BASE_URL', 'fhir.example.org', 'http or https URL'],
    ['BASE_URL', 'https://fhir.example.org/fhir/', 'without a slash'],
    ['DEFAULT_TIMEZONE', '+08:00', 'an IANA time zone'],
    ['FULL_TEXT', 'everything', 'all, none, or resource types'],
    ['DEFAULT_TIMEZONE', 'Asia/Peking', 'an IANA time zone'],
    ['LOG_LEVEL', 'loud', 'one of fatal'],
    ['MAX_BODY_BYTES', '0', 'above 0'],
    ['ALLOW_OPEN_ACCESS', 'perhaps', 'true or false'],
    ['ACCESS', 'on', 'off or smart'],
    ['ACCESS_TOKEN_SECONDS', '1', 'from 30'],
    ['OUTBOUND_ALLOW', 'http://x', 'hosts such as'],
    ['RATE_LIMIT', '100', 'two whole numbers'],
    ['CONCURRENCY_LIMIT', '0,1', 'two whole numbers above 0'],
    ['AUDIT_DAYS', '179', 'a whole number of days from 180'],
    ['DEMANDED_PROFILES', 'Patient', 'Type=canonical'],
    ['DEMANDED_PROFILES', 'Patient=cn-patient', 'Type=canonical'],
    ['DEMANDED_PROFILES', 'Patient=http://a.cn/p; Group=http://a.cn/g', 'Type=canonical'],
    ['UNKNOWN_PROFILES', 'refuse', 'one of ignore, information, warning, error'],
  ])('%s=%s is refused with what is allowed', (variable, value, allowed) => {
    expect(() => readConfig({ [variable]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [variable]: value })).toThrow(variable);
    expect(() => readConfig({ [variable]: value })).toThrow(allowed);
    expect(() => readConfig({ [variable]: value })).toThrow(value);
  });

  test('keep the audit for half a year at the least', () => {
    expect(readConfig({ AUDIT_DAYS: '180' }).auditDays).toBe(180);
  });

  test('name every fault at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT[\s\S]*LOG_LEVEL/);
  });

  test.each(['0.0.0.0', '192.168.1.2', '::', 'fhir.example.org'])('HOST=%s is refused while access control is off', (host) => {
    expect(() => readConfig({ HOST: host })).toThrow('ALLOW_OPEN_ACCESS');
  });

  test('HOST may be any address where whoever asks needs a token', () => {
    expect(readConfig({ HOST: '0.0.0.0', ACCESS: 'smart' }).access).toBe('smart');
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('HOST=%s is this machine', (host) => {
    expect(readConfig({ HOST: host }).host).toBe(host);
  });

  test('each have a sentence of help', () => {
    for (const { help, variable } of settings) expect([variable, help.length > 10]).toEqual([variable, true]);
  });
});
