/** A writer's thread that says it is there and ends at the first thing it is asked. Started by sqlite-writer.test.ts */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => process.exit(1));
parentPort?.postMessage([]);
