/** The type or profile that a person named on the command line: by canonical, or by the last part of its url. */
import { partsOf, withoutVersion } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { type Message, message } from '../model/message.js';
import { nearest } from '../model/nearest.js';

/** A canonical or the name of a type that is known; else the sentence that says what there is instead. */
export function findDefinition(name: string, definitions: Definitions): string | Message {
  if (definitions.structureOf(name) !== undefined || definitions.structure(name) !== undefined) return name;
  const canonicals = canonicalsOf(definitions);
  const { url, version } = partsOf(name);
  const versions = canonicals.filter((canonical) => canonical.startsWith(`${url}|`)).map((canonical) => canonical.slice(url.length + 1));
  if (version !== undefined && versions.length > 0) {
    const there = versions.join(', ');
    return message(
      'unknown-version',
      `${url} is not known in version ${version}; known: ${there}`,
      `${url} 没有版本 ${version}；已知：${there}`,
    );
  }
  const urls = [...new Set(canonicals.map(withoutVersion))];
  const ending = name.includes('/') ? [] : urls.filter((one) => endOf(one) === name);
  if (ending.length === 1) return ending[0] ?? name;
  return notKnown(name, ending.length > 0 ? ending : neighbours(url, urls, definitions));
}

function notKnown(name: string, near: readonly string[]): Message {
  const [en, zh] = near.length === 0 ? ['', ''] : [`. Nearest: ${near.join(', ')}`, `。最接近的：${near.join('，')}`];
  return message('unknown-definition', `The profile or type ${name} is not known here${en}`, `未知的 profile 或类型 ${name}${zh}`);
}

/** Urls differ in what they end with; what is like nothing has no neighbours. */
function neighbours(name: string, urls: readonly string[], { resourceTypes }: Definitions): readonly string[] {
  const wanted = endOf(name);
  const within = Math.max(1, Math.floor(wanted.length / 3));
  const ends = [...new Set([...(name.includes('/') ? [] : resourceTypes), ...urls.map(endOf)])];
  const shown = (end: string) => (resourceTypes.includes(end) ? [end] : urls.filter((url) => endOf(url) === end));
  return nearest(wanted, ends, 3, within).flatMap(shown);
}

function endOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** `url|version` of all the structures. */
function canonicalsOf(definitions: Definitions): readonly string[] {
  const core = definitions.served.ids('StructureDefinition').flatMap((id) => {
    const structure = definitions.structure(`http://hl7.org/fhir/StructureDefinition/${id}`);
    return structure === undefined ? [] : [`${structure.url}|${structure.version ?? ''}`];
  });
  return [...new Set([...definitions.resourceTypes.flatMap((type) => definitions.localProfiles(type)), ...core])];
}
