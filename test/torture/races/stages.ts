/** Servers to race on: one process or several on one store, which begins empty. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../end-to-end/command.js';
import { freshDatabase, startMongod } from '../../mongod.js';
import type { Rules } from './model.js';

export interface Track extends Rules {
  readonly name: string;
  /** FHIR bases that share one store. */
  readonly bases: readonly string[];
  close(): Promise<void>;
}

export type OpenTrack = (rules: Rules) => Promise<Track>;

export const sqliteTrack: OpenTrack = async (rules) => {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-race-'));
  const closeStore = () => rm(folder, { recursive: true, force: true });
  return openTrack('SQLite', { store: `sqlite:${join(folder, 'race.db')}`, processes: 1, rules, closeStore });
};

export function mongoTrack(processes: number): OpenTrack {
  return async (rules) => {
    const mongod = await startMongod();
    if ('unavailable' in mongod) throw new Error(mongod.unavailable);
    const name = processes === 1 ? 'MongoDB' : `MongoDB, ${processes} servers`;
    return openTrack(name, { store: freshDatabase(mongod.url), processes, rules, closeStore: () => mongod.stop('SIGKILL') });
  };
}

interface Opening {
  readonly store: string;
  readonly processes: number;
  readonly rules: Rules;
  closeStore(): Promise<unknown>;
}

async function openTrack(name: string, { store, processes, rules, closeStore }: Opening): Promise<Track> {
  const environment = { STORE: store, LOG_LEVEL: 'error', CONDITIONAL_DELETE: rules.conditionalDelete };
  const servers: Awaited<ReturnType<typeof serve>>[] = [];
  const close = async () => {
    for (const server of servers) await server.stop();
    await closeStore();
  };
  try {
    for (let count = 0; count < processes; count++) servers.push(await serve(environment));
  } catch (error) {
    await close();
    throw error;
  }
  return { name, ...rules, bases: servers.map(({ base }) => base), close };
}
