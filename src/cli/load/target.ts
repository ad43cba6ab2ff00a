/** Where the loader sends its Bundles: a running server, or the store itself through the same interactions. */

export interface Answer {
  readonly status: number;
  /** A Bundle or an OperationOutcome, as JSON text. */
  readonly body: string;
  /** Seconds the server asks to wait. */
  readonly retryAfter?: number;
}

export interface Target {
  readonly name: string;
  /** Posts a batch or transaction Bundle. Throws when nobody answers. */
  post(bundle: string): Promise<Answer>;
  close(): Promise<void>;
}

/** A FHIR base such as http://127.0.0.1:8080/fhir. */
export function serverTarget(base: string): Target {
  return {
    name: base,
    async post(bundle) {
      const response = await fetch(base, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', accept: 'application/fhir+json', prefer: 'return=minimal' },
        body: bundle,
      });
      const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
      return { status: response.status, body: await response.text(), ...(wait >= 0 ? { retryAfter: wait } : {}) };
    },
    async close() {},
  };
}
