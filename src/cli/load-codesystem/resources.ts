/** The resources that a table of codes becomes. Source: R4 codesystem.html, valueset.html */
import type { CodeSystem, Extension, ValueSet } from 'fhir/r4.js';
import { conceptTableUrl } from '../../definitions/concept-table-extension.js';
import type { ConceptTable } from '../../terminology/table/concept-table.js';

export interface Described {
  readonly url: string;
  readonly version: string;
  readonly name: string;
  readonly title: string;
  readonly publisher?: string;
  /** Canonical of the value set of all codes; none where it is absent. */
  readonly valueSet?: string;
}

type Property = NonNullable<CodeSystem['property']>[number];

const defined = 'http://hl7.org/fhir/concept-properties#';

/** Of what a CSV brings; a resource says itself what its properties are. */
const properties: Readonly<Record<string, Omit<Property, 'code'>>> = {
  inactive: { uri: `${defined}inactive`, type: 'boolean', description: '停用 No longer to be used' },
  notSelectable: { uri: `${defined}notSelectable`, type: 'boolean', description: '仅用于分组 Only for what stands below it' },
  additional: { type: 'string', description: '附加编码 Additional code' },
  pinyin: { type: 'string', description: '拼音码 Pinyin code' },
};

export function codeSystemOf(
  table: Pick<ConceptTable, 'count' | 'caseSensitive' | 'properties'>,
  digest: string,
  { url, version, name, title, publisher, valueSet }: Described,
  { about = {}, hasHierarchy }: { readonly about?: Partial<CodeSystem>; readonly hasHierarchy: boolean },
): CodeSystem {
  const { id: _, meta: __, extension = [], ...rest } = about;
  const own: Extension[] = [...extension.filter((one) => one.url !== conceptTableUrl), { url: conceptTableUrl, valueString: digest }];
  const declared = new Set((about.property ?? []).map(({ code }) => code));
  const property = [
    ...(about.property ?? []),
    ...table.properties
      .filter((code) => !declared.has(code))
      .map((code): Property => ({ code, ...(properties[code] ?? { type: 'string' }) })),
  ];
  return {
    ...rest,
    resourceType: 'CodeSystem',
    extension: own,
    url,
    version,
    name,
    title,
    status: about.status ?? 'active',
    ...(publisher === undefined ? {} : { publisher }),
    caseSensitive: table.caseSensitive,
    ...(valueSet === undefined ? {} : { valueSet }),
    ...(hasHierarchy ? { hierarchyMeaning: about.hierarchyMeaning ?? 'is-a' } : {}),
    content: about.content === 'supplement' ? 'supplement' : 'not-present',
    count: table.count,
    ...(property.length === 0 ? {} : { property }),
  };
}

export function valueSetOf({ url, version, name, title, publisher }: Described, valueSet: string): ValueSet {
  return {
    resourceType: 'ValueSet',
    url: valueSet,
    version,
    name: `${name}All`,
    title: `${title}（全部代码 all codes）`,
    status: 'active',
    ...(publisher === undefined ? {} : { publisher }),
    compose: { include: [{ system: url, version }] },
  };
}

/** Where a value set of all codes goes by usual; undefined where the url is no address to go on from. */
export function usualValueSet(url: string): string | undefined {
  if (!/^https?:\/\//.test(url)) return undefined;
  return url.includes('/CodeSystem/') ? url.replace('/CodeSystem/', '/ValueSet/') : `${url}/vs`;
}

/** As programs call it. Source: R4 codesystem.html, csd-0 */
export function usualName(url: string): string {
  const words = url.match(/[A-Za-z0-9]+/g) ?? [];
  const name = words
    .slice(-3)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Z]/.test(name) ? name.slice(0, 250) : `Codes${name}`.slice(0, 250);
}
