/**
 * $validate: what the validator would say, and with a mode whether the write would be accepted, without storing anything. Answers 200
 * with an OperationOutcome whatever it found. Source: R4 resource-operation-validate.html, valueset-resource-validation-mode.html
 */
import { resourceOf } from '../interactions/body.js';
import { createInteraction } from '../interactions/create.js';
import { deleteInteraction } from '../interactions/delete.js';
import { type Intent, type Rooms, reading, type View } from '../interactions/intent.js';
import { definitionsNamedBy } from '../interactions/named-definitions.js';
import { outcomeText } from '../interactions/outcome-text.js';
import { deleted, visibleVersion } from '../interactions/read.js';
import type { RequestFor } from '../interactions/request.js';
import { updateInteraction } from '../interactions/update.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json } from '../model/json.js';
import { message } from '../model/message.js';
import { FhirError, fault, type Issue } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import { withFaults } from '../model/sent.js';
import type { Operation } from './operation.js';
import { type Input, type Mode, validateInput } from './validate-input.js';

export const validate: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  reportsFaults: true,
  async prepare(rooms, request, view) {
    const input = validateInput(request);
    const issues = await issuesOf(rooms, request, view, input);
    const placed = (await input.sent?.locate(issues)) ?? issues;
    return reading(() => ({ status: 200, resource: outcomeText(placed, request.language), isOutcome: true }));
  },
};

type Asked = RequestFor<'operation'>;

async function issuesOf(rooms: Rooms, request: Asked, view: View, input: Input): Promise<readonly Issue[]> {
  const { mode, profiles } = input;
  if (mode === 'delete') return deletable(rooms, request, view);
  if (mode === 'profile' && profiles.length === 0) throw profileWanted();
  const resource = await subjectOf(rooms, request, view, input);
  const resolveCanonical = await definitionsNamedBy(rooms, resource, view);
  const options = { profiles, alone: mode === 'profile', resolveCanonical };
  const faults = input.resource === undefined ? undefined : input.sent?.faults(resource.resourceType);
  const found = withFaults(faults ?? [], await inSteps(rooms.validator.validateInSteps(resource, options)));
  if (mode === undefined || mode === 'profile') return found;
  const known = new Set(found.map(nameOf));
  return [
    ...found,
    ...(await unacceptable(rooms, { ...request, sent: input.sent }, view, { mode, resource })).filter((issue) => !known.has(nameOf(issue))),
  ];
}

/** What is said of a write is in part what the validator says. */
function nameOf({ message: { id }, expression, profile }: Issue): string {
  return [id, expression, profile].join();
}

/** The resource that was sent, or the one stored under the id. Throws FhirError 400 when there is neither, 404 for an instance that is not there. */
async function subjectOf(rooms: Rooms, request: Asked, view: View, { resource: sent, isWrapped, mode }: Input): Promise<Resource> {
  const { type, id } = request;
  if (type === undefined || id === undefined) {
    if (sent === undefined) throw resourceWanted(isWrapped);
    return resourceOf(sent, type ?? typeOf(sent));
  }
  // An update may create what it names.
  if (mode === 'update' && sent !== undefined) return resourceOf(sent, type);
  const version = await visibleVersion(rooms, request, view, { type, id });
  if (sent !== undefined) return resourceOf(sent, type);
  if (request.access.cover !== undefined) throw shownInPart();
  if (version.json === null) throw deleted(version);
  return (await inSteps(parseStored(version.json))) as Resource;
}

/** On the system level the resource itself says what it is. */
function typeOf(sent: Json | undefined): string {
  return isObject(sent) && typeof sent.resourceType === 'string' ? sent.resourceType : 'Resource';
}

interface Write {
  readonly mode: Exclude<Mode, 'delete' | 'profile'>;
  readonly resource: Resource;
}

/** The write is prepared as it would be, and not committed: what it would be refused for is what is wrong. */
async function unacceptable(rooms: Rooms, request: Asked, view: View, { mode, resource }: Write): Promise<readonly Issue[]> {
  const { parameters: _, name: _name, ...asked } = request;
  const { resourceType: type } = resource;
  const write = { ...asked, parameters: [], body: resource, type };
  if (mode === 'create') return refusals(() => createInteraction(rooms)({ ...write, interaction: 'create' }, view));
  const id = request.id ?? resource.id;
  if (typeof id !== 'string') return [idWanted(type)];
  return refusals(() => updateInteraction(rooms)({ ...write, interaction: 'update', id }, view));
}

async function refusals(prepare: () => Promise<Intent>): Promise<readonly Issue[]> {
  try {
    await prepare();
    return [];
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return error.issues;
    throw error;
  }
}

/** What is gone already may be deleted again, which is said. */
async function deletable(rooms: Rooms, request: Asked, view: View): Promise<readonly Issue[]> {
  const { parameters: _, name: _name, type, id, ...asked } = request;
  if (type === undefined || id === undefined) throw instanceWanted();
  const refused = await refusals(() => deleteInteraction(rooms)({ ...asked, parameters: [], interaction: 'delete', type, id }, view));
  if (refused.length > 0) return refused;
  const [current] = await view.read([{ type, id }]);
  return current === undefined || current.json === null ? [nothingToDelete(type, id)] : [];
}

function resourceWanted(isWrapped: boolean) {
  const text = isWrapped
    ? message(
        'not-a-resource',
        'The Parameters hold no parameter "resource"; it was expected to hold the resource to validate',
        'Parameters 中没有参数“resource”；待校验的资源应放在其中',
      )
    : message(
        'not-a-resource',
        'There is no resource to validate: POST it as the body, or in the parameter "resource" of Parameters',
        '没有待校验的资源；请用 POST 提交，以该资源为正文，或放在 Parameters 的参数“resource”中',
      );
  return fault('structure', text, isWrapped ? { expression: 'Parameters.parameter' } : {});
}

function idWanted(type: string): Issue {
  const text = message('id-mismatch', 'For an update the resource needs an id', '更新时资源需要 id');
  return { severity: 'error', code: 'invalid', message: text, expression: `${type}.id` };
}

function nothingToDelete(type: string, id: string): Issue {
  const text = message(
    'nothing-to-delete',
    `There is no ${type}/${id}: to delete it would be accepted, and change nothing`,
    `不存在 ${type}/${id}：删除会被接受，但不改变任何内容`,
  );
  return { severity: 'information', code: 'not-found', message: text };
}

function instanceWanted() {
  return fault(
    'required',
    message(
      'instance-wanted',
      'The mode "delete" needs an instance: [type]/[id]/$validate',
      '模式“delete”需要具体实例：[type]/[id]/$validate',
    ),
  );
}

function profileWanted() {
  return fault('required', message('profile-wanted', 'The mode "profile" needs a profile', '模式“profile”需要参数 profile'), {
    expression: 'profile',
  });
}

/** What is found wrong with values tells them. */
function shownInPart() {
  return fault(
    'forbidden',
    message(
      'validate-covered',
      'Access does not allow to validate what is stored, because it is shown covered or in part; a resource was expected in the body',
      '访问权限不允许校验已存储的资源，因其经脱敏显示；请在正文中提供资源',
    ),
  );
}
