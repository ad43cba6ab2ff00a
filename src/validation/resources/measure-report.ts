/**
 * A MeasureReport against its Measure: its groups, populations and stratifiers are those the Measure defines.
 * Source: R4 measurereport-definitions.html#MeasureReport.group ("one for each population group in the measure"), .group.code, .population
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { shorten } from '../rules/primitive.js';
import { eachPart, type Ground, objectsIn, type ResourceRule, tell, textOf, within } from './ground.js';
import { definitionMissing, definitionNamed } from './named.js';

const OWNER = 'MeasureReport';

export const measureReport: ResourceRule = (resource, ground) => {
  const canonical = textOf(resource.measure);
  if (canonical === undefined) return;
  const measure = definitionNamed(canonical, 'Measure', ground);
  if (measure === undefined) within(ground, OWNER, 'measure', () => definitionMissing(ground, 'Measure', canonical));
  else checkGroups(ground, resource, measure);
};

function checkGroups(ground: Ground, report: JsonObject, measure: JsonObject): void {
  const groups = objectsIn(measure.group);
  const byKey = new Map(groups.flatMap((group) => definedKeysOf(group.code).map((key) => [key, group] as const)));
  const met = new Set<JsonObject>();
  eachPart(ground, OWNER, report, 'group', (group, owner) => {
    const defined = groupOf(group, groups, byKey);
    if (defined === undefined) {
      unknownPart(ground, 'measure-group-unknown', ['group', '组'], group.code);
      return;
    }
    if (defined.code !== undefined || groups.length === 1) groupTwice(ground, defined, met);
    if (group.measureScore !== undefined && isCohort(measure)) noScore(ground, owner);
    partsAreDefined(ground, owner, group, { name: 'population', defined: objectsIn(defined.population) });
    partsAreDefined(ground, owner, group, { name: 'stratifier', defined: objectsIn(defined.stratifier) });
  });
}

/** By its code; where the Measure has one group only that one is meant. */
function groupOf({ code }: JsonObject, groups: readonly JsonObject[], byKey: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  const [only] = groups;
  if (groups.length === 1 && (code === undefined || only?.code === undefined)) return only;
  const key = keysOf(code).find((one) => byKey.has(one));
  return key === undefined ? undefined : byKey.get(key);
}

function groupTwice(ground: Ground, defined: JsonObject, met: Set<JsonObject>): void {
  if (met.has(defined)) {
    tell(ground, 'warning', 'business-rule', [
      'measure-group-repeated',
      'The report has two groups for one group of the Measure',
      '报告中有两个组对应 Measure 的同一个组',
    ]);
  }
  met.add(defined);
}

function isCohort({ scoring }: JsonObject): boolean {
  return codingsOf(scoring).some(({ code }) => code === 'cohort');
}

/** A cohort measure only counts. Source: R4 valueset-measure-scoring.html */
function noScore(ground: Ground, owner: string): void {
  within(ground, owner, 'measureScore', () =>
    tell(ground, 'error', 'business-rule', [
      'measure-score-of-cohort',
      'The Measure is scored as a cohort, which has no score',
      '该 Measure 的计分方式为 cohort，没有得分',
    ]),
  );
}

interface Parts {
  readonly name: 'population' | 'stratifier';
  readonly defined: readonly JsonObject[];
}

const names = { population: ['population', '人群'], stratifier: ['stratifier', '分层'] } as const;

function partsAreDefined(ground: Ground, owner: string, group: JsonObject, { name, defined }: Parts): void {
  if (defined.some(({ code }) => code === undefined)) return;
  const known = new Set(defined.flatMap(({ code }) => definedKeysOf(code)));
  eachPart(ground, owner, group, name, ({ code }) => {
    const concepts: readonly Json[] = Array.isArray(code) ? code : [code ?? null];
    if (code === undefined || concepts.some((concept) => keysOf(concept).some((key) => known.has(key)))) return;
    unknownPart(ground, `measure-${name}-unknown`, names[name], concepts[0]);
  });
  const found = new Set(objectsIn(group.population).flatMap(({ code }) => keysOf(code)));
  if (name !== 'population' || found.size === 0) return;
  for (const { code } of defined) if (!definedKeysOf(code).some((key) => found.has(key))) populationMissing(ground, code);
}

function unknownPart(ground: Ground, id: string, [en, zh]: readonly [string, string], code: Json | undefined): void {
  const shown = shownConcept(code);
  tell(ground, 'error', 'business-rule', [id, `The Measure defines no ${en} ${shown}`, `Measure 未定义${zh} ${shown}`]);
}

function populationMissing(ground: Ground, code: Json | undefined): void {
  const shown = shownConcept(code);
  tell(
    ground,
    'warning',
    'business-rule',
    ['measure-population-missing', `The report has nothing of the population ${shown} of the Measure`, `报告缺少 Measure 的人群 ${shown}`],
    shown,
  );
}

function shownConcept(concept: Json | undefined): string {
  const [coding] = codingsOf(concept);
  return shorten(textOf(coding?.code) ?? (isObject(concept) ? textOf(concept.text) : undefined) ?? '?');
}

/** Two concepts are one where they have a coding in common; without codings the text counts. */
function keysOf(concept: Json | undefined): readonly string[] {
  const codings = codingsOf(concept);
  if (codings.length > 0) return codings.map(({ system, code }) => JSON.stringify([textOf(system), textOf(code)]));
  return isObject(concept) && typeof concept.text === 'string' ? [concept.text] : [];
}

/** A report may name a code of the Measure without its system: R4 asks of it only the meaning that the Measure gives. */
function definedKeysOf(concept: Json | undefined): readonly string[] {
  const withoutSystem = codingsOf(concept).map(({ code }) => JSON.stringify([undefined, textOf(code)]));
  return [...keysOf(concept), ...withoutSystem];
}

function codingsOf(concept: Json | undefined): readonly JsonObject[] {
  return isObject(concept) ? objectsIn(concept.coding) : [];
}
