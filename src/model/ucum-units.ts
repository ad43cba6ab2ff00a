/**
 * UCUM's tables of unit atoms and prefixes, as `@lhncbc/ucum-lhc` carries them. Of that package only the data is used: its own
 * functions also take names, synonyms and codes of the other letter case for units, which UCUM does not.
 * Source: UCUM §§ 23-46 (tables 1-23)
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ownText } from './own-text.js';

/** One unit atom. What it measures is `factor` × `unit`; on a scale that is no ratio, `scale` names the function between them. */
export interface UnitAtom {
  /** Absent: a base unit, or an arbitrary one, which is comparable with nothing but itself. */
  readonly definition?: { readonly factor: string; readonly unit: string };
  readonly scale?: string;
  /** Whether a prefix may stand before it. */
  readonly metric: boolean;
}

export interface UnitTables {
  readonly atoms: ReadonlyMap<string, UnitAtom>;
  /** The factor as a number's text, by the prefix. */
  readonly prefixes: ReadonlyMap<string, string>;
}

type Row = Readonly<Record<string, unknown>>;
interface Packed {
  readonly config: readonly (string | readonly string[])[];
  readonly data: readonly (readonly unknown[])[];
}

let loaded: UnitTables | undefined;
let names: ReadonlyMap<string, string> | undefined;

/** Read when first asked for: most processes start without a unit to judge. */
export function unitTables(): UnitTables {
  loaded ??= readTables();
  return loaded;
}

/** What a unit is called in English, composed ones that are in common use too; read when first asked for. */
export function unitName(code: string): string | undefined {
  names ??= new Map(
    unpack(readData().units, ['csCode_', 'name_'])
      .filter(({ name_ }) => typeof name_ === 'string' && name_ !== '')
      .map(({ csCode_, name_ }) => [ownText(String(csCode_)), ownText(String(name_))]),
  );
  return names.get(code);
}

function readData(): { readonly prefixes: Packed; readonly units: Packed } {
  // Read, not required: the package changes the object that `require` would share with it.
  const path = createRequire(import.meta.url).resolve('@lhncbc/ucum-lhc/data/ucumDefs.min.json');
  return JSON.parse(readFileSync(path, 'utf8')) as { prefixes: Packed; units: Packed };
}

function readTables(): UnitTables {
  const data = readData();
  // Beside UCUM's atoms the table lists composed units that LOINC uses.
  const rows = unpack(data.units, unitColumns).filter(({ source_ }) => source_ === 'UCUM');
  return {
    atoms: new Map(rows.map((row) => [ownText(String(row.csCode_)), atomOf(row)])),
    prefixes: new Map(unpack(data.prefixes, ['code_', 'value_']).map(({ code_, value_ }) => [String(code_), String(value_)])),
  };
}

const unitColumns = [
  ...['csCode_', 'source_', 'isMetric_', 'isBase_', 'isArbitrary_', 'isSpecial_', 'cnv_', 'csUnitString_'],
  ...['baseFactorStr_', 'baseFactor_'],
];

/** Only the columns that are asked for. */
function unpack({ config, data }: Packed, columns: readonly string[]): readonly Row[] {
  const places = columns.map((name) => config.indexOf(name));
  return data.map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) row[columns[i] ?? ''] = values[places[i] ?? -1];
    return row;
  });
}

function atomOf(row: Row): UnitAtom {
  const metric = row.isMetric_ === true;
  if (row.isBase_ === true) return { metric: true };
  const unit = String(row.csUnitString_);
  if (row.isArbitrary_ === true && unit === '1') return { metric };
  // Its five ninths have no end as the decimal that the table has.
  if (row.csCode_ === '[degF]') return { metric, definition: { factor: '5', unit: 'K/9' }, scale: 'degF' };
  // [mesh_i]: so many to the inch.
  const definition = { factor: factorOf(row), unit: row.cnv_ === 'inv' && !unit.startsWith('/') ? `/${unit}` : unit };
  return row.isSpecial_ === true ? { metric, definition, scale: String(row.cnv_) } : { metric, definition };
}

/** The written factor is exact, but some atoms have only a double, good for 15 digits, or lack what stands in the unit's own text. */
function factorOf({ baseFactorStr_, baseFactor_ }: Row): string {
  if (typeof baseFactorStr_ === 'string' && Number(baseFactorStr_) === baseFactor_) return baseFactorStr_;
  return String(Number(Number(baseFactor_).toPrecision(15)));
}
