/** Every value set a server has, expanded over HTTP: how many can be, and what stands in the way of the others. */

export interface Expanded {
  readonly valueSets: number;
  readonly expanded: number;
  /** Codes of all expansions. */
  readonly codes: number;
  /** What was said of those that are refused as they should be (422), and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** What no server should answer. */
  readonly faults: readonly string[];
}

interface Contains {
  readonly system?: string;
  readonly code?: string;
  readonly contains?: readonly Contains[];
}

interface Answer {
  readonly issue?: readonly { readonly details: { readonly text: string } }[];
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly expansion?: { readonly total: number; readonly contains?: readonly Contains[] };
  readonly parameter?: readonly { readonly name: string; readonly valueBoolean?: boolean }[];
}

/** `base`: that of the server. `isWanted`: by the place among all. */
export async function expandAll(base: string, isWanted: (index: number) => boolean = () => true): Promise<Expanded> {
  const refused = new Map<string, number>();
  const faults: string[] = [];
  let [expanded, codes] = [0, 0];
  const ids = (await valueSetIds(base)).filter((_, index) => isWanted(index));
  for (const id of ids) {
    const { status, body } = await ask(`${base}/ValueSet/${id}/$expand`);
    if (status === 422) {
      const reason = reasonOf(body);
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    } else if (status === 200) {
      expanded++;
      const listed = flat(body.expansion?.contains);
      codes += listed.length;
      faults.push(...(await faultsOf(base, id, listed, body.expansion?.total)));
    } else faults.push(`${id}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
  }
  return { valueSets: ids.length, expanded, codes, refused, faults };
}

async function ask(url: string): Promise<{ readonly status: number; readonly body: Answer }> {
  const response = await fetch(url, { headers: { accept: 'application/fhir+json', 'accept-language': 'en' } });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function valueSetIds(base: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let url: string | undefined = `${base}/ValueSet?_elements=url&_count=500`; url !== undefined; ) {
    const { body }: { readonly body: Answer } = await ask(url);
    ids.push(...(body.entry ?? []).map(({ resource }) => resource.id));
    url = body.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return ids.sort();
}

/** Without the name of the value set: what stands in the way of many is one reason. */
function reasonOf({ issue }: Answer): string {
  const text = issue?.[0]?.details.text ?? '';
  return text.replace(/^The value set \S+ (?:cannot be expanded: )?/, '').replace(/\d+ codes;/, 'many codes;');
}

function flat(contains: readonly Contains[] = []): readonly Contains[] {
  return contains.flatMap((one) => [one, ...flat(one.contains)]);
}

/** There are as many as it says, none twice, and the first and the last are codes of it to `$validate-code` too. */
async function faultsOf(base: string, id: string, listed: readonly Contains[], total: number | undefined): Promise<readonly string[]> {
  const names = new Set(listed.map(({ system, code }) => `${system}|${code}`));
  const counts = names.size === listed.length && listed.length === total ? [] : [`${id}: ${names.size} of ${total} codes`];
  const [first, last] = [listed[0], listed.at(-1)];
  const wrong: string[] = [];
  for (const one of first === last ? [first] : [first, last]) {
    if (one?.code === undefined) continue;
    const query = new URLSearchParams({ code: one.code, ...(one.system === undefined ? {} : { system: one.system }) });
    const { body } = await ask(`${base}/ValueSet/${id}/$validate-code?${query}`);
    const result = body.parameter?.find(({ name }) => name === 'result')?.valueBoolean;
    if (result !== true) wrong.push(`${id}: ${one.system}|${one.code} is listed, and not valid`);
  }
  return [...counts, ...wrong];
}
