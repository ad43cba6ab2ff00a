/**
 * Referential integrity, where the setting REFERENTIAL_INTEGRITY asks for it: what a request leaves behind may refer only to what is here,
 * and what is referred to may not be deleted. `warn` tells of it, `refuse` stores nothing, and guards make that hold whatever else is
 * written at the same moment. Judged are literal references to what lives here; those into other servers, to contained resources, URNs,
 * criteria and canonicals are not. Source: R4 references.html#literal, http.html#delete, capabilitystatement.html (referencePolicy)
 */
import { FhirError, type Issue } from '../model/outcome.js';
import type { Write } from '../store/port.js';
import { issueInEntry } from './in-entry.js';
import { judgeDeletions } from './integrity-deletions.js';
import { type Finding, type IntegrityRooms, type Judged, type Left, MOST_TOLD } from './integrity-findings.js';
import { judgeReferences } from './integrity-references.js';
import type { Integrity, Intent } from './intent.js';

export function createIntegrity(rooms: IntegrityRooms, severity: 'warning' | 'error'): Integrity {
  const refuses = severity === 'error';
  const warnings = new WeakMap<Write, Issue[]>();
  return {
    refuses,
    async judge(intent, access) {
      const { writes } = intent;
      if (writes.length === 0) return intent;
      const left = leftBy(writes);
      const asked = { writes, left, access, severity };
      const references = await judgeReferences(rooms, asked);
      if (refuses) refuse(intent, references.findings, 422);
      const deletions = left.gone.size === 0 ? nothing : await judgeDeletions(rooms, asked);
      if (refuses) refuse(intent, deletions.findings, 409);
      for (const { write, issue } of [...references.findings, ...deletions.findings]) {
        warnings.set(write, [...(warnings.get(write) ?? []), issue]);
      }
      return refuses ? { ...intent, guards: [...intent.guards, ...references.guards, ...deletions.guards] } : intent;
    },
    warningsOf: (write) => warnings.get(write) ?? [],
  };
}

const nothing: Judged = { findings: [], guards: [] };

function leftBy(writes: readonly Write[]): Left {
  const written = new Map<string, number>();
  const gone = new Set<string>();
  for (const { version } of writes) {
    const name = `${version.type}/${version.id}`;
    if (version.json === null) gone.add(name);
    else written.set(name, version.version);
  }
  return { written, gone };
}

function refuse({ places }: Intent, findings: readonly Finding[], status: number): void {
  if (findings.length === 0) return;
  const issues = findings.slice(0, MOST_TOLD).map(({ write, issue }) => {
    const entry = places?.get(write);
    return entry === undefined ? issue : issueInEntry(entry, issue);
  });
  throw new FhirError(issues, { status });
}
