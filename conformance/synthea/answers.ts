/** How many resources a server says that a search finds, and how many different ones its pages hold. */

/** The total, where there is one. */
export async function total(base: string, query: string): Promise<number | undefined> {
  return ((await json(`${base}/${query}`)) as { total?: number }).total;
}

/** How many different resources the pages hold, from the first to the last; it gives up when there are far too many. */
export async function walked(base: string, query: string, expected: number): Promise<number> {
  return (await addresses(base, query, expected)).size;
}

/** Of all that the pages hold: the full URLs. */
export async function addresses(base: string, query: string, expected: number): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let url: string | undefined = `${base}/${query}&_count=500`;
  for (let pages = 0; url !== undefined && pages <= expected; pages++) {
    const bundle = (await json(url)) as { entry?: { fullUrl: string }[]; link: { relation: string; url: string }[] };
    for (const { fullUrl } of bundle.entry ?? []) ids.add(fullUrl);
    url = bundle.link.find(({ relation }) => relation === 'next')?.url;
  }
  return ids;
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { Accept: 'application/fhir+json' } });
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}
