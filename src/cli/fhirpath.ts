/** `lianyi fhirpath`: what an expression gives on files. Source: R4 fhirpath.html */
import { Command, Option } from 'commander';
import { builtFolder } from '../definitions/built.js';
import type { Definitions } from '../definitions/definitions.js';
import { loadDefinitions } from '../definitions/load.js';
import { checkExpression, type ExpressionFault } from '../fhirpath/check.js';
import { compileExpression } from '../fhirpath/compile.js';
import { type Expression, FhirPathError, type Item } from '../fhirpath/expression.js';
import { resourceItem } from '../fhirpath/items.js';
import { type JsonObject, stringifyJson } from '../model/json.js';
import type { Language } from '../model/message.js';
import { languageOption } from './language.js';
import { type FoundResource, readResources } from './resources.js';
import { widthOf } from './width.js';

interface Options {
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const examples = `
Examples:
  $ lianyi fhirpath "name.where(use = 'official').given" patient.json
  $ lianyi fhirpath "Observation.value.ofType(Quantity) > 5 'mmol/L'" observations/*.xml
  $ lianyi fhirpath "birthDate <= today() - 18 years" patients.ndjson
  $ curl -s http://127.0.0.1:8080/fhir/Patient | lianyi fhirpath "entry.resource.id" --format json -
  $ lianyi fhirpath "1 '[in_i]' = 2.54 'cm'"

Prints an item on each line: its type and its value as JSON; with several resources, before it where it comes from.
--format json prints an object for each resource: {"source", "resource", "items": [{"type", "value"}]}.
Elements that the resource's type does not have are named on standard error.

Exit code: 0 evaluated on everything, 1 it could not be evaluated on something, 2 the expression, an option or a file
or a line of one is wrong; all the rest is evaluated.`;

export function fhirpathCommand(): Command {
  return new Command('fhirpath')
    .description('evaluate a FHIRPath expression on files of JSON, XML or NDJSON')
    .argument('<expression>', 'in the FHIRPath of FHIR R4')
    .argument('[file...]', 'files, plain, .gz or .bz2, or - for standard input; without any the expression is evaluated on nothing')
    .addOption(new Option('--format <format>', 'how the items are printed').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples)
    .addOption(languageOption())
    .action(async (expression: string, files: readonly string[], options: Options) => {
      process.exitCode = await evaluateFiles(expression, files, options);
    });
}

async function evaluateFiles(text: string, files: readonly string[], { format, lang }: Options): Promise<number> {
  const definitions = loadDefinitions(builtFolder);
  try {
    const expression = compileExpression(text, definitions);
    const print = format === 'json' ? printJson : printText(files.length > 1);
    if (files.length === 0) return evaluateOn(undefined, expression, print, lang) ? 0 : 1;
    const warn = warner(text, definitions, lang);
    let code = 0;
    for await (const found of readResources(files, definitions)) {
      if (!('resource' in found)) {
        process.stderr.write(`${found[lang]}\n`);
        code = 2;
        continue;
      }
      warn(found.resource.resourceType);
      if (!evaluateOn(found, expression, print, lang)) code ||= 1;
    }
    return code;
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    process.stderr.write(shown(text, { message: error.sentence, position: error.position }, lang));
    return 2;
  }
}

type Print = (found: FoundResource | undefined, items: readonly Item[]) => void;

/** Whether it could be evaluated. */
function evaluateOn(found: FoundResource | undefined, expression: Expression, print: Print, lang: Language): boolean {
  const item = found && resourceItem(found.resource);
  try {
    print(found, expression.evaluate(item === undefined ? [] : [item], item === undefined ? {} : { resource: item, rootResource: item }));
    return true;
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    process.stderr.write(shown(expression.text, { message: error.sentence, position: error.position }, lang, found?.source));
    return false;
  }
}

function printText(many: boolean): Print {
  return (found, items) => {
    // Lines of one file are told apart as well as files.
    const prefix = found !== undefined && (many || /:\d+$/.test(found.source)) ? `${found.source}\t` : '';
    for (const { type, value, sibling } of items) {
      process.stdout.write(`${prefix}${type}\t${stringifyJson(value ?? sibling ?? null)}\n`);
    }
  };
}

function printJson(found: FoundResource | undefined, items: readonly Item[]): void {
  const { resourceType, id } = found?.resource ?? {};
  const line: JsonObject = {
    ...(found === undefined ? {} : { source: found.source, resource: typeof id === 'string' ? `${resourceType}/${id}` : resourceType }),
    items: items.map(({ type, value, sibling }) => ({
      type,
      ...(value === undefined ? {} : { value }),
      ...(sibling === undefined || Object.keys(sibling).length === 0 ? {} : { element: sibling }),
    })),
  };
  process.stdout.write(`${stringifyJson(line)}\n`);
}

/** What can be said against the expression for a type, once for each type. */
function warner(text: string, definitions: Definitions, lang: Language): (type: string) => void {
  const known = new Set<string>();
  return (type) => {
    if (known.has(type)) return;
    known.add(type);
    for (const fault of checkExpression(text, definitions, type)) process.stderr.write(shown(text, fault, lang));
  };
}

/** The sentence and, where the place is known, a caret under it. */
function shown(text: string, { message, position }: ExpressionFault, lang: Language, source?: string): string {
  const head = `${source === undefined ? '' : `${source}: `}${message[lang]}\n`;
  if (position === undefined) return head;
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const [line = ''] = text.slice(start).split('\n');
  return `${head}  ${line}\n  ${' '.repeat(widthOf(text.slice(start, position)))}^\n`;
}
