/** Dropped, doubled, of another JSON type, of no known name. Source: R4 json.html, conformance-rules.html#cardinality */
import { isHolder, type Place, put, type Subject, type Value } from '../places.js';
import { atPlace, type Mutation } from './mutation.js';

const any = () => true;
const isRequired = (place: Place, { definitions }: Subject) => {
  const [type = ''] = place.owner.split('.');
  const path = `${place.owner}.${place.property.element}`;
  return (
    definitions.structureOf(type)?.snapshot?.element.some((one) => one.path.replace('[x]', '') === path && (one.min ?? 0) > 0) === true
  );
};

const drop = atPlace('shape/drop', any, (place) => {
  put(place, undefined);
  return 'dropped';
});

const dropRequired = atPlace('shape/drop-required', isRequired, (place) => {
  delete place.holder[place.key];
  return 'dropped, all of it';
});

const duplicate = atPlace(
  'shape/duplicate',
  ({ index }) => index !== undefined,
  ({ holder, key, index = 0, value }) => {
    const list = holder[key];
    if (!Array.isArray(list)) return undefined;
    list.splice(index, 0, structuredClone(value));
    return 'doubled';
  },
);

const others: readonly Value[] = ['text', 12, 1.5, true, { a: 'b' }, {}, ['text'], [], null, ''];

function kindOf(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const retype = atPlace('shape/retype', any, (place, random) => {
  const to = random.choose(others.filter((other) => kindOf(other) !== kindOf(place.value) || other === ''));
  if (to === undefined) return undefined;
  put(place, structuredClone(to));
  return `becomes ${JSON.stringify(to)}`;
});

const wrap = atPlace(
  'shape/one-as-array',
  ({ index }) => index === undefined,
  (place) => {
    place.holder[place.key] = [place.value, structuredClone(place.value)];
    return 'twice in an array';
  },
);

const unwrap = atPlace(
  'shape/array-as-one',
  ({ index }) => index === 0,
  ({ holder, key, value }) => {
    holder[key] = value;
    return 'no array';
  },
);

const unknown = atPlace(
  'shape/unknown-element',
  ({ value }) => isHolder(value),
  ({ value }, random) => {
    const key = random.choose(['colour', 'nameX', 'Status', 'value', '_id2', 'fhir_comments']) ?? 'colour';
    if (!isHolder(value) || key in value) return undefined;
    value[key] = 'red';
    return `given ${key}`;
  },
);

const misnamed = atPlace('shape/misnamed', any, ({ holder, key, value }, random) => {
  const name = random.choose([key.toUpperCase(), `${key}s`, key.slice(0, -1)]);
  if (name === undefined || name === key || name === '' || name in holder) return undefined;
  delete holder[key];
  holder[name] = value;
  return `called ${name}`;
});

const secondChoice = atPlace(
  'shape/second-choice',
  ({ property }) => property.choice,
  ({ holder, property }, random) => {
    const [type, value] = random.choose(samples) ?? ['String', 'x'];
    const key = `${property.element}${type}`;
    if (key in holder) return undefined;
    holder[key] = structuredClone(value);
    return `beside it ${key}`;
  },
);

const otherChoice = atPlace(
  'shape/other-choice',
  ({ property }) => property.choice,
  ({ holder, key, property }, random) => {
    const [type, value] = random.choose(samples) ?? ['String', 'x'];
    const to = `${property.element}${type}`;
    if (to in holder) return undefined;
    delete holder[key];
    holder[to] = structuredClone(value);
    return `becomes ${to}`;
  },
);

const samples: readonly (readonly [string, Value])[] = [
  ['String', 'x'],
  ['Boolean', true],
  ['Integer', 3],
  ['DateTime', '2020-01-01'],
  ['Quantity', { value: 3 }],
  ['CodeableConcept', { text: 'x' }],
  ['Period', { start: '2020-01-01' }],
  ['Reference', { display: 'x' }],
  ['Foo', 'x'],
];

const siblings: readonly Value[] = ['text', [], {}, { value: 'x' }, { extension: [] }, [null], { id: 'a b' }, { id: 'ok' }];

const sibling = atPlace(
  'shape/sibling',
  ({ value }) => !isHolder(value),
  ({ holder, key }, random) => {
    const value = random.choose(siblings);
    if (value === undefined || `_${key}` in holder) return undefined;
    holder[`_${key}`] = structuredClone(value);
    return `beside it ${JSON.stringify(value)}`;
  },
);

export const shapeMutations: readonly Mutation[] = [
  drop,
  drop,
  dropRequired,
  dropRequired,
  duplicate,
  retype,
  retype,
  wrap,
  unwrap,
  unknown,
  misnamed,
  secondChoice,
  otherChoice,
  sibling,
];
