/**
 * A unit's code by UCUM's grammar: atoms with prefixes and exponents, joined by points and slashes. Letter case counts, and nothing
 * is guessed. Source: UCUM §§ 2-12, 21-22
 */
import { one, over, power, type Ratio, ratioOf, times } from './ratio.js';
import { unitTables } from './ucum-units.js';

/** What a unit measures and how much of it: `factor` in the base units to their exponents. */
export interface Unit {
  readonly factor: Ratio;
  /** By base unit, or arbitrary unit; none is zero. */
  readonly dimensions: ReadonlyMap<string, number>;
  /** Of a unit on a scale that is no ratio: the function between the value times `prefix` and the factor's units. */
  readonly scale?: { readonly name: string; readonly prefix: Ratio };
}

const MAX_LENGTH = 500;
const MAX_OPEN = 20;
const annotation = /\{[!-z|~]*\}/y;
const exponent = /[+-]?\d{1,3}(?!\d)/y;
const digits = /\d{1,30}(?!\d)/y;
/** Brackets hold whatever their atom has between them; `10*` and `10^` are the atoms that digits begin. */
const symbol = /10[*^]|(?:[A-Za-z%'"_]|\[[^[\]]*\])+/y;

/** undefined: no unit of UCUM, or one whose factor is beyond all measure. */
export function parseUnit(code: string): Unit | undefined {
  if (code === '' || code.length > MAX_LENGTH) return undefined;
  const parser = new UnitParser(code);
  const unit = parser.term();
  return parser.done ? unit : undefined;
}

class UnitParser {
  private at = 0;
  private open = 0;

  constructor(private readonly code: string) {}

  get done(): boolean {
    return this.at === this.code.length;
  }

  term(): Unit | undefined {
    if (++this.open > MAX_OPEN) return undefined;
    let divided = this.skip('/');
    let unit: Unit | undefined = divided ? number(one) : this.component();
    while (unit !== undefined) {
      if (!divided) {
        divided = this.skip('/');
        if (!divided && !this.skip('.')) break;
      }
      unit = joined(unit, this.component(), divided ? -1 : 1);
      divided = false;
    }
    this.open--;
    return unit;
  }

  private component(): Unit | undefined {
    if (this.skip('(')) {
      const inner = this.term();
      return this.skip(')') ? inner : undefined;
    }
    if (this.take(annotation) !== undefined) return number(one);
    const unit = this.simple();
    this.take(annotation);
    return unit;
  }

  private simple(): Unit | undefined {
    const text = this.take(symbol);
    if (text === undefined) {
      const factor = ratioOf(this.take(digits) ?? '');
      // UCUM's numbers are positive.
      return factor === undefined || factor.top === 0n ? undefined : number(factor);
    }
    const unit = unitOf(text);
    const exponentText = this.take(exponent);
    return unit === undefined || exponentText === undefined ? unit : raised(unit, Number(exponentText));
  }

  private skip(text: string): boolean {
    const found = this.code.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.code)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}

const noDimensions: ReadonlyMap<string, number> = new Map();

function number(factor: Ratio): Unit {
  return { factor, dimensions: noDimensions };
}

/** An atom, or a prefix before one that takes prefixes. No code can be read in both ways. */
function unitOf(text: string): Unit | undefined {
  const { atoms, prefixes } = unitTables();
  if (atoms.has(text)) return atomNamed(text);
  for (const size of [1, 2]) {
    const prefix = prefixes.get(text.slice(0, size));
    if (prefix !== undefined && atoms.get(text.slice(size))?.metric === true) return prefixed(ratioOf(prefix), atomNamed(text.slice(size)));
  }
  return undefined;
}

const known = new Map<string, Unit | undefined>();

function atomNamed(code: string): Unit | undefined {
  if (!known.has(code)) known.set(code, atomOf(code));
  return known.get(code);
}

function atomOf(code: string): Unit | undefined {
  const { definition, scale } = unitTables().atoms.get(code) ?? {};
  if (definition === undefined) return { factor: one, dimensions: new Map([[code, 1]]) };
  const unit = parseUnit(definition.unit);
  const factor = ratioOf(definition.factor);
  const whole = unit && factor && times(factor, unit.factor);
  if (unit === undefined || whole === undefined) return undefined;
  return { factor: whole, dimensions: unit.dimensions, ...(scale === undefined ? {} : { scale: { name: scale, prefix: one } }) };
}

function prefixed(prefix: Ratio | undefined, unit: Unit | undefined): Unit | undefined {
  if (prefix === undefined || unit === undefined) return undefined;
  if (unit.scale !== undefined) return { ...unit, scale: { ...unit.scale, prefix } };
  const factor = times(prefix, unit.factor);
  return factor && { ...unit, factor };
}

/** A unit on a scale that is no ratio has no powers and takes part in no product: twice 10 °C is nothing. Source: UCUM § 22 */
function raised(unit: Unit, by: number): Unit | undefined {
  const factor = power(unit.factor, by);
  if (factor === undefined || unit.scale !== undefined) return undefined;
  return { factor, dimensions: new Map(by === 0 ? [] : [...unit.dimensions].map(([name, size]) => [name, size * by])) };
}

function joined(a: Unit, b: Unit | undefined, sign: 1 | -1): Unit | undefined {
  if (b === undefined || a.scale !== undefined || b.scale !== undefined) return undefined;
  const factor = sign === 1 ? times(a.factor, b.factor) : over(a.factor, b.factor);
  if (factor === undefined) return undefined;
  if (b.dimensions.size === 0) return { factor, dimensions: a.dimensions };
  const dimensions = new Map(a.dimensions);
  for (const [name, size] of b.dimensions) {
    const sum = (dimensions.get(name) ?? 0) + size * sign;
    if (sum === 0) dimensions.delete(name);
    else dimensions.set(name, sum);
  }
  return { factor, dimensions };
}
