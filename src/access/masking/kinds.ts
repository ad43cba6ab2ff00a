/**
 * What a role may be shown covered. In part, as is customary in China (张三丰 张**, 110101********1234, 138****1234, an address to the
 * county), or, with `whole`, not at all: names, all identifiers, contacts, addresses below the province, texts and pictures are left out and
 * dates cut to the year. That is not anonymous: ids, codes, rare values and the institution remain, and who knows something of a
 * person may find them. Source: GB/T 35273-2020, GB/T 37964-2019
 */

/**
 * name: HumanName, and names in plain texts. identifier: numbers of persons. telecom: ContactPoint. address: Address. birthDate: to the
 * year. display: of references to persons. narrative: all Narrative. attachment: Attachment, Binary. freeText: notes and all that is told in
 * free words. dates: to the year. whole: nothing is left of what is covered, instead of a part.
 */
export const masks = [
  'name',
  'identifier',
  'telecom',
  'address',
  'birthDate',
  'display',
  'narrative',
  'attachment',
  'freeText',
  'dates',
  'whole',
] as const;
export type Mask = (typeof masks)[number];

export type Masks = ReadonlySet<Mask>;

/** Plain texts in which R4 has the name or the number of a person, by their elements. */
export const maskOfText: ReadonlyMap<string, Mask> = new Map([
  ['Annotation.author', 'name'],
  ['Coverage.subscriberId', 'identifier'],
]);

/** Types of resources that are persons. */
export const persons: ReadonlySet<string> = new Set(['Patient', 'Person', 'RelatedPerson', 'Practitioner']);
/** What a reference to one of these tells by its display is no name of a person. */
export function isPersonal(type: string): boolean {
  return persons.has(type) || type === 'PractitionerRole' || type === 'Group';
}
