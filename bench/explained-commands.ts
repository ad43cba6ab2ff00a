/** The commands of an explanation as they can be sent again. */
import { BSON, type Document } from 'mongodb';
import type { Explanation } from '../src/store/port.js';

/** Only what reads documents: a find or an aggregate. */
export function commandsOf({ steps }: Explanation): readonly Document[] {
  return steps.flatMap(({ statement }) => {
    const command = parsed(statement);
    return command !== undefined && ('find' in command || 'aggregate' in command) ? [command] : [];
  });
}

function parsed(statement: string): Document | undefined {
  try {
    return BSON.EJSON.parse(statement, { relaxed: true }) as Document;
  } catch {
    return undefined;
  }
}
