/** What a search asks of MongoDB, command by command, and what each costs when it is run. Source: port.ts explain; MongoDB "explain" */
import { BSON, type Document } from 'mongodb';
import type { ExplainedStep, Explanation, Query } from '../port.js';
import type { Collections } from './collections.js';
import type { Slots } from './documents.js';
import { commandReader, findCommand, type Reader, sortCommand } from './reader.js';
import { searchBy } from './search.js';
import { remaining } from './time.js';

export async function explain(collections: Collections, slots: Slots, query: Query): Promise<Explanation> {
  const steps: ExplainedStep[] = [];
  await searchBy(explainingReader(collections, steps, remaining(query.timeLimit)), slots, query);
  return { steps };
}

/** Runs what it is asked for, and asks for its plan beside it. */
function explainingReader(collections: Collections, steps: ExplainedStep[], timeLimit?: () => number): Reader {
  const reader = commandReader(collections, timeLimit);
  const explained = async <T>(purpose: string | undefined, command: Document, run: () => Promise<readonly T[]>) => {
    const reply = await collections.db.command({ explain: command, verbosity: 'executionStats' });
    const began = performance.now();
    const rows = await run();
    const milliseconds = performance.now() - began;
    const statement = BSON.EJSON.stringify(command, { relaxed: true });
    steps.push({ purpose: purpose ?? 'matches', statement, values: [], milliseconds, rows: rows.length, ...planOf(reply) });
    return rows;
  };
  return {
    rows: <T>(filter: Document, reading: Parameters<Reader['rows']>[1]) =>
      explained(reading.purpose, findCommand({ from: 'resources', filter, ...reading }), () => reader.rows<T>(filter, reading)),
    holdsContained: reader.holdsContained,
    sorted: <T>(filter: Document, reading: Parameters<Reader['sorted']>[1]) =>
      explained(reading.purpose, sortCommand(filter, reading), () => reader.sorted<T>(filter, reading)),
  };
}

interface Stage {
  readonly stage: string;
  readonly indexName?: string;
  readonly indexBounds?: Readonly<Record<string, readonly string[]>>;
  readonly inputStage?: Stage;
  readonly inputStages?: readonly Stage[];
  readonly filter?: Document;
}

function planOf(reply: Document): Pick<ExplainedStep, 'plan' | 'indexes' | 'scans' | 'keysExamined' | 'documentsExamined'> {
  // An aggregation that is not wholly done by the query engine begins with a cursor.
  const { queryPlanner, executionStats } = (reply.stages?.[0]?.$cursor ?? reply) as Document;
  const winning = queryPlanner.winningPlan as Stage & { readonly queryPlan?: Stage };
  const plan: string[] = [];
  const indexes = new Set<string>();
  let scans = false;
  const visit = (stage: Stage, depth: number): void => {
    plan.push(`${'  '.repeat(depth)}${lineOf(stage)}`);
    if (stage.indexName !== undefined) indexes.add(stage.indexName);
    // By the id: the name of that index is not told by the stage that is made for it.
    if (stage.stage === 'IDHACK') indexes.add('_id_');
    scans ||= stage.stage === 'COLLSCAN';
    for (const inner of stage.inputStages ?? (stage.inputStage ? [stage.inputStage] : [])) visit(inner, depth + 1);
  };
  visit(winning.queryPlan ?? winning, 0);
  return {
    plan,
    indexes: [...indexes],
    scans,
    keysExamined: executionStats.totalKeysExamined,
    documentsExamined: executionStats.totalDocsExamined,
  };
}

const longest = 300;

function lineOf({ stage, indexName, indexBounds, filter }: Stage): string {
  const parts: string[] = [stage];
  if (indexName !== undefined) parts.push(indexName);
  if (indexBounds !== undefined)
    parts.push(
      Object.entries(indexBounds)
        .map(([field, bounds]) => `${field}: ${bounds.join(' ')}`)
        .join(', '),
    );
  if (filter !== undefined) parts.push(`filter ${BSON.EJSON.stringify(filter)}`);
  return parts.map((part) => (part.length > longest ? `${part.slice(0, longest)}…` : part)).join(' | ');
}
