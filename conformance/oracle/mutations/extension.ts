/** Extensions that say nothing, too much, or stand in the wrong place. Source: R4 extensibility.html, defining-extensions.html#context */
import { type Holder, isHolder, type Place, type Value } from '../places.js';
import { atPlace, isOfType, type Mutation } from './mutation.js';

const core = 'http://hl7.org/fhir/StructureDefinition';
const isObject = ({ value }: Place) => isHolder(value) && value.resourceType === undefined;
const isExtension = isOfType('Extension');

function given(name: string, extensions: readonly Value[], key = 'extension'): Mutation {
  return atPlace(name, isObject, ({ value }, random) => {
    const extension = random.choose(extensions);
    if (!isHolder(value) || extension === undefined || value[key] !== undefined) return undefined;
    value[key] = [structuredClone(extension)];
    return `given ${key} ${JSON.stringify(extension).slice(0, 120)}`;
  });
}

function changed(name: string, change: (value: Holder) => string | undefined): Mutation {
  return atPlace(name, isExtension, ({ value }) => (isHolder(value) ? change(value) : undefined));
}

function valueKeyOf(value: Holder): string | undefined {
  return Object.keys(value).find((key) => key.startsWith('value'));
}

export const extensionMutations: readonly Mutation[] = [
  given('extension/unknown', [{ url: 'http://a.cn/ext/unknown', valueString: 'x' }]),
  given('extension/no-value', [{ url: 'http://a.cn/ext/unknown' }, { url: `${core}/data-absent-reason` }]),
  given('extension/no-url', [{ valueString: 'x' }, { url: '', valueString: 'x' }, { url: 'relative', valueString: 'x' }]),
  given('extension/both', [{ url: 'http://a.cn/ext/unknown', valueString: 'x', extension: [{ url: 'a', valueString: 'x' }] }]),
  given('extension/known', [
    { url: `${core}/patient-birthTime`, valueDateTime: '2020-01-01T10:00:00Z' },
    { url: `${core}/patient-birthPlace`, valueAddress: { city: '上海' } },
    { url: `${core}/data-absent-reason`, valueCode: 'unknown' },
    { url: `${core}/data-absent-reason`, valueCode: 'nonsense' },
    { url: `${core}/data-absent-reason`, valueString: 'unknown' },
    { url: `${core}/iso21090-EN-use`, valueCode: 'ABC' },
    { url: `${core}/rendered-value`, valueString: 'x' },
    { url: `${core}/originalText`, valueString: 'x' },
    { url: `${core}/no-such-extension`, valueString: 'x' },
  ]),
  given(
    'extension/modifier',
    [
      { url: 'http://a.cn/ext/unknown', valueBoolean: true },
      { url: `${core}/data-absent-reason`, valueCode: 'unknown' },
    ],
    'modifierExtension',
  ),
  changed('extension/value-type', (value) => {
    const key = valueKeyOf(value);
    if (key === undefined) return undefined;
    delete value[key];
    value[key === 'valueBoolean' ? 'valueString' : 'valueBoolean'] = key === 'valueBoolean' ? 'x' : true;
    return `another type than ${key}`;
  }),
  changed('extension/value-gone', (value) => {
    const key = valueKeyOf(value);
    if (key === undefined) return undefined;
    delete value[key];
    return 'without value';
  }),
  changed('extension/url', (value) => {
    value.url = `${String(value.url)}-x`;
    return `called ${value.url}`;
  }),
  changed('extension/part', (value) => {
    if (!Array.isArray(value.extension)) return undefined;
    value.extension.push({ url: 'nonsense', valueString: 'x' });
    return 'an unknown part';
  }),
];
