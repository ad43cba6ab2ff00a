/**
 * SMART on FHIR, loaded where it is asked for: the authorization server takes a fifth of a second. oidc-provider says at its import that
 * it is made for Node 22 and newer; our tests run all of it on the oldest Node that we support, so nobody need read that at each start.
 */
export async function loadSmart(): Promise<typeof import('./smart.js')> {
  const { warn } = console;
  console.warn = (...said: unknown[]) => {
    if (!String(said[0]).includes('Unsupported runtime')) warn.apply(console, said);
  };
  try {
    return await import('./smart.js');
  } finally {
    console.warn = warn;
  }
}
