/**
 * Answers that are ready in the same turn of the event loop go out one behind the other at its end. The first of them wakes whoever waits for
 * them on this machine, a proxy or an app, which costs the one who writes as much as a third of a read; were each written when it
 * is ready, whoever has taken one would sleep again until the next.
 */
import type { ServerResponse } from 'node:http';

interface Ready {
  readonly res: ServerResponse;
  readonly body: Buffer | undefined;
}

const ready: Ready[] = [];

/** Ends an answer whose head is written, at the latest when all that has come in by now has been looked at. */
export function endSoon(res: ServerResponse, body: Buffer | undefined): void {
  if (ready.push({ res, body }) === 1) setImmediate(endAll);
}

function endAll(): void {
  for (const { res, body } of ready.splice(0)) res.end(body);
}
