/** Random resources of ten types, the same for the same seed: Chinese and Latin names, several units, open periods, references of every kind. */
import type { Random } from '../../oracle/random.js';
import type { Plain } from './values.js';
import { cities, givenReadings, latinFamilies, latinGivens, organizationNames, simplified, surnames, texts } from './words.js';

const UCUM = 'http://unitsofmeasure.org';
const CODES = 'http://codes.example/one';
const OTHER_CODES = 'http://codes.example/two';

const counts: Readonly<Record<string, number>> = {
  Organization: 14,
  Practitioner: 20,
  Location: 20,
  Patient: 70,
  Encounter: 40,
  Condition: 40,
  Observation: 110,
  MedicationRequest: 30,
  RiskAssessment: 16,
  Library: 16,
};

/** `{{base}}` stands for the server's base, in references that spell it out. */
export function makeResources(random: Random): readonly Plain[] {
  const maker = new Maker(random);
  return Object.entries(counts).flatMap(([type, count]) => Array.from({ length: count }, (_none, at) => maker.make(type, at)));
}

export function idOf(type: string, at: number): string {
  return `r-${type.toLowerCase()}-${at}`;
}

const spelled: readonly string[] = [...Object.keys(givenReadings)];
const traditional: ReadonlyMap<string, string> = new Map(Object.entries(simplified).map(([from, to]) => [to, from]));

class Maker {
  constructor(private readonly random: Random) {}

  make(type: string, at: number): Plain {
    const resource = { resourceType: type, id: idOf(type, at), ...this.content(type) };
    return JSON.parse(JSON.stringify(resource));
  }

  private content(type: string): Plain {
    switch (type) {
      case 'Organization':
        return {
          active: this.maybe(() => this.chance(0.7)),
          name: this.pick(organizationNames),
          alias: this.some(() => this.pick(texts), 0.3),
          identifier: this.identifiers(),
          partOf: this.maybe(() => this.link('Organization'), 0.6),
        };
      case 'Practitioner':
        return this.person();
      case 'Location':
        return {
          status: this.maybe(() => this.pick(['active', 'suspended', 'inactive'])),
          name: this.pick([...organizationNames, ...texts]),
          partOf: this.maybe(() => this.link('Location'), 0.7),
          managingOrganization: this.maybe(() => this.link('Organization')),
        };
      case 'Patient':
        return this.patient();
      case 'Encounter':
        return this.encounter();
      case 'Condition':
        return this.condition();
      case 'Observation':
        return this.observation();
      case 'MedicationRequest':
        return {
          status: this.pick(['active', 'stopped', 'completed']),
          intent: 'order',
          medicationCodeableConcept: this.concept(),
          subject: this.subject(),
          authoredOn: this.maybe(() => this.moment(), 0.8),
          requester: this.maybe(() => this.link(this.pick(['Practitioner', 'Organization']))),
          encounter: this.maybe(() => this.link('Encounter')),
        };
      case 'RiskAssessment':
        return {
          status: this.pick(['final', 'amended']),
          subject: this.subject(),
          prediction: this.some(() => ({ probabilityDecimal: this.pick([0.8, 0.85, 0.1, 0.15, 0.155, 1, 0]) }), 0.8),
        };
      default:
        return {
          status: this.pick(['draft', 'active']),
          type: { text: 'library' },
          title: this.maybe(() => this.pick(texts)),
          url: this.maybe(
            () =>
              this.pick([
                'http://u.example/a',
                'http://u.example/a/b',
                'http://u.example/ab',
                'http://u.example/A',
                'urn:oid:1.2.3',
                'http://u.example/a/b/c',
              ]),
            0.9,
          ),
        };
    }
  }

  private person(): Plain {
    return {
      identifier: this.identifiers(),
      active: this.maybe(() => this.chance(0.7)),
      name: this.some(() => this.name(), 0.9),
      gender: this.maybe(() => this.pick(['male', 'female', 'other', 'unknown'])),
      address: this.some(() => ({ city: this.pick(cities), use: 'home' }), 0.4),
    };
  }

  private patient(): Plain {
    const deceased = this.pick([{}, {}, { deceasedBoolean: this.chance(0.5) }, { deceasedDateTime: this.moment() }]);
    return {
      ...this.person(),
      ...deceased,
      birthDate: this.maybe(() => this.day(), 0.8),
      communication: this.some(
        () => ({ language: { coding: [{ system: 'urn:ietf:bcp:47', code: this.pick(['zh-CN', 'en', 'fr']) }] } }),
        0.4,
      ),
      generalPractitioner: this.some(() => this.link(this.pick(['Practitioner', 'Practitioner', 'Organization'])), 0.6),
      managingOrganization: this.maybe(() => this.link('Organization')),
    };
  }

  private encounter(): Plain {
    return {
      status: this.pick(['finished', 'in-progress', 'planned']),
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: this.pick(['AMB', 'IMP', 'EMER']) },
      subject: this.maybe(() => this.subject(), 0.9),
      period: this.maybe(() => this.period(), 0.8),
      location: this.some(() => ({ location: this.link('Location') }), 0.5),
      serviceProvider: this.maybe(() => this.link('Organization')),
      partOf: this.maybe(() => this.link('Encounter'), 0.3),
      length: this.maybe(() => this.pick([this.amount('min', [30, 60, 90, 120]), this.amount('h', [1, 2, 1.5])])),
    };
  }

  private condition(): Plain {
    const onset = this.pick([
      {},
      { onsetDateTime: this.moment() },
      { onsetPeriod: this.period() },
      { onsetAge: this.amount(this.pick(['a', 'mo']), [40, 480, 4]) },
    ]);
    return {
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: this.pick(['active', 'recurrence']) }],
      },
      code: this.maybe(() => this.concept(), 0.9),
      subject: this.subject(),
      recordedDate: this.maybe(() => this.moment()),
      encounter: this.maybe(() => this.link('Encounter')),
      ...onset,
    };
  }

  private observation(): Plain {
    const effective = this.pick([
      {},
      { effectiveDateTime: this.moment() },
      { effectiveDateTime: this.moment() },
      { effectivePeriod: this.period() },
    ]);
    const value = this.pick([
      {},
      { valueQuantity: this.measure() },
      { valueQuantity: this.measure() },
      { valueCodeableConcept: this.concept() },
    ]);
    const inside = this.chance(0.15);
    const contained = { resourceType: 'Patient', id: 'inside', ...this.person() };
    return {
      contained: inside ? [contained] : undefined,
      identifier: this.identifiers(),
      status: this.pick(['final', 'amended', 'preliminary', 'cancelled']),
      category: this.some(() => this.concept(), 0.4),
      code: this.concept(),
      subject: inside ? { reference: '#inside' } : this.maybe(() => this.subject(), 0.9),
      encounter: this.maybe(() => this.link('Encounter')),
      performer: this.some(() => this.link(this.pick(['Practitioner', 'Organization', 'Patient'])), 0.4),
      hasMember: this.some(() => this.link('Observation'), 0.25),
      component: this.some(() => ({ code: this.concept(['k1', 'k2', 'k3']), valueQuantity: this.measure() }), 0.4),
      ...effective,
      ...value,
    };
  }

  private name(): Plain {
    if (this.chance(0.5)) {
      const family = this.pick(latinFamilies);
      const given = this.some(() => this.pick(latinGivens), 1);
      return { family, given, prefix: this.some(() => 'Dr.', 0.1) };
    }
    const surname = this.pick(surnames);
    const old = this.chance(0.2);
    const family = old ? (surname.traditional ?? surname.text) : surname.text;
    const letters = Array.from({ length: 1 + this.random.number(2) }, () => this.pick(spelled));
    const given = letters.map((letter) => (old ? (traditional.get(letter) ?? letter) : letter)).join('');
    return { text: this.maybe(() => family + given), family, given: [given] };
  }

  private identifiers(): Plain {
    return this.some(() => {
      const type = this.pick([
        undefined,
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: this.pick(['MR', 'NI']) }], text: '病案号' },
      ]);
      return {
        type,
        system: this.pick([undefined, 'http://ids.example/one', 'http://ids.example/two']),
        value: this.pick(['A-1', 'B,2', 'C|3', 'D$4', 'E\\5', '病6', 'a-1']),
      };
    }, 0.6);
  }

  private concept(codes: readonly string[] = ['c1', 'c2', 'c3', 'c4']): Plain {
    const coding = () => ({
      system: this.pick([CODES, OTHER_CODES, undefined]),
      code: this.pick(codes),
      display: this.maybe(() => this.pick(texts), 0.3),
    });
    // A component has another code than its observation. Source: R4 observation.html, obs-7
    if (codes.includes('c1') && this.chance(0.1)) return { text: this.pick(texts) };
    return { coding: this.some(coding, 1), text: this.maybe(() => this.pick(texts), 0.4) };
  }

  private subject(): Plain {
    const kind = this.random.number(20);
    if (kind === 0) return { reference: 'Patient/r-nobody' };
    if (kind === 1) return { reference: `{{base}}/Patient/${idOf('Patient', this.random.number(70))}` };
    if (kind === 2) return { identifier: { system: 'http://ids.example/one', value: this.pick(['A-1', 'X-9']) } };
    if (kind === 3) return { reference: `http://elsewhere.example/fhir/Patient/${idOf('Patient', this.random.number(70))}` };
    // Few, so that many resources lead to the same.
    return { reference: `Patient/${idOf('Patient', this.random.number(30))}` };
  }

  private link(type: string): Plain {
    return { reference: `${type}/${idOf(type, this.random.number(counts[type] ?? 1))}` };
  }

  private measure(): Plain {
    return this.pick([
      this.amount('mg', [5.4, 5.44, 5.35, 5.45, 1000, 0.5, -2.5, 54]),
      this.amount('g', [1, 0.0054, 5.4, 0.001]),
      this.amount('mmol/L', [5.4, 7.1]),
      this.amount('kg', [0.001, 60.5]),
      { value: this.pick([5.4, 7, 1]), unit: 'mg' },
      { value: this.pick([5, 50]), comparator: this.pick(['<', '<=', '>', '>=']), system: UCUM, code: 'mg' },
    ]);
  }

  private amount(code: string, values: readonly number[]): Plain {
    return { value: this.pick(values), unit: this.maybe(() => code), system: UCUM, code };
  }

  private day(): string {
    return `${this.pick([1950, 1980, 1990, 2000])}-${this.pick(['01', '02', '06', '12'])}-${this.pick(['01', '15', '28'])}`;
  }

  private moment(): string {
    const day = `${this.pick([2019, 2020, 2021])}-${this.pick(['01', '02', '12'])}-${this.pick(['01', '14', '15', '28'])}`;
    const time = `${this.pick(['00:00:00', '10:30:00', '23:59:59', '16:00:00.500'])}${this.pick(['Z', '+08:00', '-05:00'])}`;
    return this.pick([day, day.slice(0, 4), day.slice(0, 7), `${day}T${time}`, `${day}T${time}`, `${day}T${time}`]);
  }

  private period(): Plain {
    const [start, end] = [2019 + this.random.number(2), 2021 + this.random.number(2)];
    const shape = this.random.number(4);
    if (shape === 0) return { start: `${start}-02-14` };
    if (shape === 1) return { end: `${end}-01-15T10:00:00+08:00` };
    return { start: `${start}-0${1 + this.random.number(9)}`, end: `${end}-0${1 + this.random.number(9)}-15` };
  }

  private chance(of: number): boolean {
    return this.random.number(1000) < of * 1000;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.number(from.length)] as T;
  }

  private maybe<T>(make: () => T, of = 0.5): T | undefined {
    return this.chance(of) ? make() : undefined;
  }

  /** One, or two; none at all unless `of`. */
  private some<T>(make: () => T, of: number): readonly T[] | undefined {
    if (!this.chance(of)) return undefined;
    return this.chance(0.3) ? [make(), make()] : [make()];
  }
}
