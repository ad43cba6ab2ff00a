/**
 * Which characters one part of a regular expression takes, found out by running it over all there are: no reading of classes and
 * escapes could be as sure.
 */

/** Half-open ranges in rising order. */
type Ranges = readonly (readonly [from: number, to: number])[];

export interface CharacterSet {
  /** Of the characters up to U+FFFF. */
  readonly plane: Ranges;
  /** Whether it takes any character beyond, of those that are tried. */
  readonly beyond: boolean;
  /** Whether it takes this one. */
  takes(character: string): boolean;
}

interface Samples {
  /** All up to U+FFFF. */
  readonly units: string;
  /** The same without the halves of pairs: in Unicode mode two beside each other would be one character. */
  readonly characters: string;
  /** One in sixteen of those beyond U+FFFF: no property or class that people write falls between them all. */
  readonly astral: string;
}

let made: Samples | undefined;

/** Made for the first expression with a pattern: most processes start without one. */
function samples(): Samples {
  made ??= makeSamples();
  return made;
}

function makeSamples(): Samples {
  const row = (at: number) => String.fromCharCode(...Array.from({ length: 256 }, (_, i) => at * 256 + i));
  const units = Array.from({ length: 256 }, (_, at) => row(at)).join('');
  const astral = Array.from({ length: 0x10_000 }, (_, i) => String.fromCodePoint(0x1_0000 + i * 16)).join('');
  return { units, characters: units.replace(/[\ud800-\udfff]/g, '\u0000'), astral };
}

/** `source` is the text of one character or class, `flags` those that it is run with. */
export function characterSet(source: string, flags: string): CharacterSet {
  const unicode = flags.includes('u');
  const { units, characters, astral } = samples();
  const run = new RegExp(`(?:${source})+`, `${flags}g`);
  const plane = [...(unicode ? characters : units).matchAll(run)].map(({ index, 0: found }) => [index, index + found.length] as const);
  const single = new RegExp(`^(?:${source})$`, flags);
  return {
    plane,
    beyond: unicode && (new RegExp(source, flags).test(astral) || namesBeyond(source)),
    takes: (character) => single.test(character),
  };
}

/** Characters beyond U+FFFF that are named themselves may be few. */
function namesBeyond(source: string): boolean {
  return /\\u\{0*[1-9A-Fa-f][0-9A-Fa-f]{4,}\}/.test(source) || /[\ud800-\udfff]/.test(source) || /\\u[dD][89A-Fa-f]/.test(source);
}

/** Whether some character is in both; two that both go beyond U+FFFF are taken to meet there. */
export function overlap(a: CharacterSet, b: CharacterSet): boolean {
  if (a.beyond && b.beyond) return true;
  for (let i = 0, j = 0; i < a.plane.length && j < b.plane.length; ) {
    const [[from, to], [otherFrom, otherTo]] = [a.plane[i] as readonly [number, number], b.plane[j] as readonly [number, number]];
    if (from < otherTo && otherFrom < to) return true;
    if (to <= otherTo) i++;
    else j++;
  }
  return false;
}
