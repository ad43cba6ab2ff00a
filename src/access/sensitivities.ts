/**
 * Codes by which a resource is told to be about something that few may see. Source: v3 InformationSensitivityPolicy of v3-ActCode
 * (R4 v3/InformationSensitivityPolicy/vs.html), the selectable codes of R4's edition.
 */
import type { Json } from '../model/json.js';

export const actCodeSystem = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

export const sensitivities: readonly string[] = [
  'ADOL',
  'B',
  'BH',
  'CEL',
  'COGN',
  'DEMO',
  'DIA',
  'DOB',
  'DRGIS',
  'DVD',
  'EMOTDIS',
  'EMP',
  'EMPL',
  'ETH',
  'ETHUD',
  'GDIS',
  'GENDER',
  'HIV',
  'LIVARG',
  'LOCIS',
  'MARST',
  'MH',
  'MST',
  'OPIOIDUD',
  'PDS',
  'PHY',
  'PRS',
  'PSY',
  'PSYTHPN',
  'RACE',
  'REL',
  'SCA',
  'SDV',
  'SEX',
  'SICKLE',
  'SPI',
  'SSP',
  'STD',
  'SUD',
  'TBOO',
  'VIO',
];

const known: ReadonlySet<string> = new Set(sensitivities);

export function isSensitivity(system: Json | undefined, code: string): boolean {
  return system === actCodeSystem && known.has(code);
}
