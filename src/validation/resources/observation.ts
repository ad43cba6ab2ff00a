/**
 * What an Observation ought to say of itself, and the vital signs, which are exchanged in one form everywhere: who uses one of their codes
 * conforms to its profile. Source: R4 observation-definitions.html, observation-vitalsigns.html
 */
import { isObject, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { report } from '../walk.js';
import { type Ground, objectsIn, type ResourceRule, textsIn } from './ground.js';

export const observation: ResourceRule = (resource, ground) => {
  vitalSigns(resource, ground);
  if (ground.compiler.bestPractice !== undefined) goodPractice(resource, ground);
};

const structures = 'http://hl7.org/fhir/StructureDefinition/';

/** The "magic" LOINC codes and their profiles. Source: R4 observation-vitalsigns.html, the table of vital signs */
const profiles: ReadonlyMap<string, string> = new Map([
  ['85353-1', `${structures}vitalspanel`],
  ['9279-1', `${structures}resprate`],
  ['8867-4', `${structures}heartrate`],
  ['2708-6', `${structures}oxygensat`],
  ['8310-5', `${structures}bodytemp`],
  ['8302-2', `${structures}bodyheight`],
  ['9843-4', `${structures}headcircum`],
  ['29463-7', `${structures}bodyweight`],
  ['39156-5', `${structures}bmi`],
  ['85354-9', `${structures}bp`],
]);

function vitalSigns(resource: JsonObject, { walk, compiler }: Ground): void {
  const { code, meta } = resource;
  for (const { system, code: one } of objectsIn(isObject(code) ? code.coding : undefined)) {
    const url = system === 'http://loinc.org' && typeof one === 'string' ? profiles.get(one) : undefined;
    if (url === undefined || textsIn(isObject(meta) ? meta.profile : undefined).includes(url)) continue;
    compiler.profile(url)?.check(resource, undefined, walk);
  }
}

const wanted = [
  {
    names: ['subject'],
    text: message(
      'observation-subject',
      'An Observation should say whom or what it is about (best practice)',
      '观察宜说明其对象（最佳实践）',
    ),
  },
  {
    names: ['effectiveDateTime', 'effectivePeriod', 'effectiveTiming', 'effectiveInstant'],
    text: message('observation-effective', 'An Observation should say when it was true (best practice)', '观察宜说明其时间（最佳实践）'),
  },
  {
    names: ['performer'],
    text: message('observation-performer', 'An Observation should say who made it (best practice)', '观察宜说明执行者（最佳实践）'),
  },
] as const;

function goodPractice(resource: JsonObject, { walk, compiler: { bestPractice } }: Ground): void {
  for (const { names, text } of wanted) {
    if (bestPractice === undefined || names.some((name) => resource[name] !== undefined)) continue;
    report(walk, bestPractice, 'business-rule', text);
  }
}
