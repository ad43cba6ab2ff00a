/** JSON with a line for each value, for people; a long one is written in steps. Source: R4 http.html#parameters (_pretty) */
import { isObject, type Json, stringifyJson } from './json.js';

const INDENT = 2;

/** What `stringifyJson` with two spaces gives, with places to let other work in between: after each item of a list in the outermost object. */
export function* indentJsonInSteps(json: Json): Generator<undefined, string> {
  if (!isObject(json)) return stringifyJson(json, INDENT);
  const properties: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue;
    const written = Array.isArray(value) && value.length > 0 ? yield* list(value) : indented(value, 1);
    properties.push(`${margin(1)}${JSON.stringify(key)}: ${written}`);
  }
  return properties.length === 0 ? '{}' : `{${properties.join(',')}\n}`;
}

function* list(values: readonly Json[]): Generator<undefined, string> {
  const items: string[] = [];
  for (const value of values) {
    items.push(margin(2) + indented(value, 2));
    yield;
  }
  return `[${items.join(',')}${margin(1)}]`;
}

/** No text of JSON holds a line end but between its values. */
function indented(value: Json, level: number): string {
  return stringifyJson(value, INDENT).replaceAll('\n', margin(level));
}

function margin(level: number): string {
  return `\n${' '.repeat(INDENT * level)}`;
}
