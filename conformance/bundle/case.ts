/**
 * The cases of the Bundle suite: each sends one batch or transaction and tells what must come back and what must stand afterwards. They
 * are written shorter than those of rest/ and become such ones here. The format is described in conformance/README.md.
 */
import { isObject, type Json, type JsonObject } from '../../src/model/json.js';
import { readCases, readData } from '../data.js';
import type { Case, Expectation, Step } from '../rest/case.js';

/** A transaction that fails: its status and what its OperationOutcome says. */
interface Refusal extends Pick<Expectation, 'status' | 'outcome'> {
  /** How one of its expressions begins. */
  readonly at?: string;
}

interface BundleCase extends Omit<Case, 'steps' | 'given'> {
  /** Numbers in the list of what servers miss, which is the project's own. */
  readonly edges?: readonly number[];
  /** Resources that are there before, by the names of the answers to their creation. */
  readonly given?: Readonly<Record<string, JsonObject>>;
  /** Steps between these and the Bundle. */
  readonly before?: readonly Step[];
  readonly transaction?: readonly JsonObject[];
  readonly batch?: readonly JsonObject[];
  /** In place of both: the body as it stands. */
  readonly body?: Json;
  readonly request?: string;
  readonly headers?: Step['headers'];
  readonly gzip?: true;
  /** `representation` unless said otherwise; empty: no preference. */
  readonly prefer?: string;
  /** Nothing of this case's data may have changed then. */
  readonly refused?: Refusal;
  /** How the status of each entry of the answer begins. */
  readonly statuses?: readonly string[];
  /** On the answer; `#0` is its first entry. */
  readonly fhirpath?: readonly string[];
  readonly expect?: Expectation;
  /** How many resources of each type there are at the end. */
  readonly left?: Readonly<Record<string, number>>;
  readonly then?: readonly Step[];
}

const tag = { system: 'http://lianyi.cn/fhir/conformance', code: '{{run}}' };
const ofThisCase = `_tag=${tag.system}|${tag.code}`;

export function loadBundleCases(): readonly Case[] {
  const shared = readData('bundle/given.json') as unknown as Readonly<Record<string, JsonObject>>;
  return readCases<BundleCase>('bundle/cases').map((one) => ({
    id: one.id,
    source: one.source,
    title: one.title,
    ...(one.choice === undefined ? {} : { choice: one.choice }),
    ...(one.claimed === undefined ? {} : { claimed: one.claimed }),
    steps: stepsOf(one, shared),
  }));
}

/** The numbers that the cases name. */
export function edgesCovered(): ReadonlySet<number> {
  return new Set(readCases<BundleCase>('bundle/cases').flatMap(({ edges = [] }) => edges));
}

type Shared = Readonly<Record<string, JsonObject>>;

function stepsOf(one: BundleCase, shared: Shared): readonly Step[] {
  const given = Object.entries(one.given ?? {}).map(([as, short]) => givenStep(as, resourceOf(short, shared)));
  const unchanged = one.refused === undefined ? [] : [lookAtAll];
  return [...given, ...(one.before ?? []), ...unchanged, sent(one, shared), ...afterwards(one)];
}

function givenStep(as: string, resource: JsonObject): Step {
  return {
    request: `POST ${String(resource.resourceType)}`,
    headers: { Prefer: 'return=representation' },
    body: resource,
    as,
    expect: { status: 201 },
  };
}

/** Of what the cases write these types are looked at: a search of all is dear on some servers. */
const types = 'Patient,Observation,Organization,Practitioner,Encounter,Basic';
/** All that the case has brought so far, with its versions. */
const lookAtAll: Step = { request: `GET ?_type=${types}&${ofThisCase}&_sort=_id&_count=200`, as: 'before', expect: { status: 200 } };
const versions = "iif(Bundle.entry.exists(), Bundle.entry.resource.select(id & '/' & meta.versionId).join(' '), 'nothing')";

function sent(one: BundleCase, shared: Shared): Step {
  const prefer = one.prefer ?? 'representation';
  return {
    request: one.request ?? 'POST',
    headers: { ...(prefer === '' ? {} : { Prefer: `return=${prefer}` }), ...one.headers },
    body: one.body ?? bundleOf(one, shared),
    ...(one.gzip === undefined ? {} : { gzip: one.gzip }),
    as: 'answer',
    expect: expectationOf(one),
  };
}

function bundleOf({ transaction, batch = [] }: BundleCase, shared: Shared): Json {
  const [type, entries] = transaction === undefined ? ['batch', batch] : ['transaction', transaction];
  return { resourceType: 'Bundle', type, entry: entries.map((short) => entryOf(short, shared)) };
}

/** `{ "do": "POST Patient", "urn": "a", "ifMatch": … }`; what has no `do` stays as it is. */
function entryOf(short: JsonObject, shared: Shared): JsonObject {
  if (isObject(short.of)) return { ...short, of: entryOf(short.of, shared) };
  const { do: line, urn, fullUrl = urn === undefined ? undefined : `{{urn:${String(urn)}}}`, resource, ...conditions } = short;
  if (typeof line !== 'string') return short;
  const space = line.indexOf(' ');
  const request = { method: line.slice(0, space), url: line.slice(space + 1), ...conditions };
  const written = isObject(resource) ? resourceOf(resource, shared) : resource;
  return { ...(fullUrl === undefined ? {} : { fullUrl }), ...(written === undefined ? {} : { resource: written }), request };
}

/** `{ "is": "patient", … }`: what given.json has under that name, with what stands beside. All but patches are marked as this case's. */
function resourceOf({ is, ...own }: JsonObject, shared: Shared): JsonObject {
  const from = is === undefined ? {} : shared[String(is)];
  if (from === undefined) throw new Error(`given.json has nothing named ${String(is)}`);
  const resource: JsonObject = { ...from, ...own };
  const isMarked = resource.meta !== undefined || resource.resourceType === undefined || resource.resourceType === 'Parameters';
  return isMarked ? resource : { ...resource, meta: { tag: [tag] } };
}

function expectationOf(one: BundleCase): Expectation {
  if (one.refused !== undefined) return refusalOf(one, one.refused);
  const { statuses } = one;
  const answered = statuses === undefined ? [] : [`Bundle.entry.count() = ${statuses.length}`, ...statuses.map(statusAt)];
  return { status: 200, ...one.expect, fhirpath: [...(one.expect?.fhirpath ?? []), ...answered, ...conditionsOf(one)] };
}

function statusAt(status: string, index: number): string {
  return `Bundle.entry[${index}].response.status.startsWith('${status}')`;
}

function refusalOf(one: BundleCase, { at, status, outcome = true }: Refusal): Expectation {
  const place = at === undefined ? [] : [`OperationOutcome.issue.expression.where(startsWith('${at}')).exists()`];
  return { ...one.expect, status, outcome, fhirpath: [...(one.expect?.fhirpath ?? []), ...place, ...conditionsOf(one)] };
}

function conditionsOf({ fhirpath = [] }: BundleCase): readonly string[] {
  return fhirpath.map((text) => text.replace(/#(\d+)(?=\.)/g, 'Bundle.entry[$1]'));
}

function afterwards({ refused, left = {}, then = [] }: BundleCase): readonly Step[] {
  const counted = Object.entries(left).map(([type, count]): Step => {
    return { request: `GET ${type}?${ofThisCase}&_summary=count`, expect: { fhirpath: [`Bundle.total = ${count}`] } };
  });
  const same = `${versions} = '{{before: ${versions}}}'`;
  const unchanged = refused === undefined ? [] : [{ ...lookAtAll, as: 'after', expect: { status: 200, fhirpath: [same] } }];
  return [...unchanged, ...counted, ...then];
}
