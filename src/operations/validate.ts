/**
 * $validate: what the validator would say, without storing anything. Answers 200 with an OperationOutcome whatever it found.
 * Source: R4 resource-operation-validate.html
 */
import { resourceOf } from '../interactions/body.js';
import { type Intent, type Rooms, reading, type View } from '../interactions/intent.js';
import { outcomeText } from '../interactions/outcome-text.js';
import { refuseParameters } from '../interactions/parameters.js';
import { questionnairesFor } from '../interactions/questionnaires.js';
import { visibleVersion } from '../interactions/read.js';
import type { RequestFor } from '../interactions/request.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault, type Issue } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import type { Operation } from './operation.js';

export const validate: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  async prepare(rooms, request, view) {
    refuseParameters(request.parameters, ['profile', 'mode']);
    const input = inputOf(request);
    const mode = modeOf(input.mode);
    if (mode === 'delete') return outcome(request, await deletable(rooms, request, view));
    const resource = await subjectOf(rooms, request, view, input.resource);
    const { profiles } = input;
    const resolveCanonical = await questionnairesFor(rooms, resource);
    return outcome(request, [
      ...(await inSteps(rooms.validator.validateInSteps(resource, { profiles, resolveCanonical }))),
      ...idIssues(request, mode, resource),
    ]);
  },
};

type Asked = RequestFor<'operation'>;

interface Input {
  readonly resource: Json | undefined;
  readonly mode: string | undefined;
  readonly profiles: readonly string[];
}

/** From the URL, and from the body: either the resource itself or Parameters around it. */
function inputOf({ parameters, body, type }: Asked): Input {
  const named = (wanted: string) => parameters.filter(([name]) => name === wanted).map(([, value]) => value);
  const wrapped = isObject(body) && body.resourceType === 'Parameters' ? wrappedIn(body) : undefined;
  const isWrapper = wrapped !== undefined && (type !== 'Parameters' || wrapped.some(({ name }) => name === 'resource'));
  if (!isWrapper) return { resource: body, mode: named('mode')[0], profiles: named('profile') };
  const resources = wrapped.filter(({ name }) => name === 'resource');
  if (resources.length > 1) throw oneWanted(resources.length);
  const values = (wanted: string) => wrapped.filter(({ name }) => name === wanted).map(textValue);
  const profiles = [...named('profile'), ...values('profile')];
  return { resource: resources[0]?.resource, mode: named('mode')[0] ?? values('mode')[0], profiles };
}

function oneWanted(found: number) {
  return fault(
    'structure',
    message('one-resource-wanted', `The Parameters hold ${found} resources; one was expected`, `Parameters 含 ${found} 个资源；应为一个`),
    { expression: 'Parameters.parameter' },
  );
}

function wrappedIn({ parameter = [] }: JsonObject): readonly JsonObject[] {
  if (Array.isArray(parameter) && parameter.every(isObject)) return parameter;
  throw fault(
    'structure',
    message('bad-parameters', 'Parameters.parameter was expected to be an array of objects', 'Parameters.parameter 应为对象数组'),
    {
      expression: 'Parameters.parameter',
    },
  );
}

/** `profile` is a uri in R4 and a canonical to many clients; `mode` a code. */
function textValue({ name, valueUri, valueCanonical, valueCode, valueString, valueUrl }: JsonObject): string {
  const value = valueUri ?? valueCanonical ?? valueCode ?? valueString ?? valueUrl;
  if (typeof value === 'string') return value;
  throw fault('value', message('bad-parameter-value', `The parameter "${name}" needs a text value`, `参数“${name}”需要文本值`), {
    expression: 'Parameters.parameter',
  });
}

/** Source: R4 valueset-resource-validation-mode.html */
const modes = ['create', 'update', 'delete', 'profile'] as const;
type Mode = (typeof modes)[number];

function modeOf(text: string | undefined): Mode | undefined {
  if (text === undefined) return undefined;
  const mode = modes.find((one) => one === text);
  if (mode !== undefined) return mode;
  throw fault(
    'value',
    message('bad-validation-mode', `The mode "${text}" is none of ${modes.join(', ')}`, `模式“${text}”不在 ${modes.join('、')} 之中`),
    {
      expression: 'mode',
    },
  );
}

/** The resource that was sent, or the one stored under the id. Throws FhirError 400 when there is neither, 404 for an instance that is not there. */
async function subjectOf(rooms: Rooms, request: Asked, view: View, sent: Json | undefined): Promise<Resource> {
  const { type, id } = request;
  if (type === undefined || id === undefined) return resourceOf(sent, type ?? typeOf(sent));
  const { json } = await visibleVersion(rooms, request, view, { type, id });
  if (sent !== undefined) return resourceOf(sent, type);
  if (json !== null) return (await inSteps(parseStored(json))) as Resource;
  throw fault('deleted', message('deleted', `${type}/${id} was deleted`, `${type}/${id} 已删除`));
}

/** On the system level the resource itself says what it is. */
function typeOf(sent: Json | undefined): string {
  return isObject(sent) && typeof sent.resourceType === 'string' ? sent.resourceType : 'Resource';
}

function idIssues({ id }: Asked, mode: Mode | undefined, resource: Resource): Issue[] {
  if (mode !== 'update' || (id === undefined ? resource.id !== undefined : resource.id === id)) return [];
  const expected = id === undefined ? 'an id' : `the id "${id}"`;
  const expectedZh = id === undefined ? 'id' : `id“${id}”`;
  const text = message('id-mismatch', `For an update the resource needs ${expected}`, `更新时资源需要${expectedZh}`);
  return [{ severity: 'error', code: 'invalid', message: text, expression: `${resource.resourceType}.id` }];
}

/** Whatever is there may be deleted; what is not there is said. */
async function deletable(rooms: Rooms, request: Asked, view: View): Promise<Issue[]> {
  const { type, id } = request;
  if (type === undefined || id === undefined) {
    throw fault(
      'required',
      message(
        'instance-wanted',
        'The mode "delete" needs an instance: [type]/[id]/$validate',
        '模式“delete”需要具体实例：[type]/[id]/$validate',
      ),
    );
  }
  await visibleVersion(rooms, request, view, { type, id });
  return [];
}

function outcome({ language }: Asked, issues: readonly Issue[]): Intent {
  return reading(() => ({ status: 200, resource: outcomeText(issues, language) }));
}
