/** Decompresses one bzip2 file in a thread of its own and hands the bytes back. */
import { parentPort, workerData } from 'node:worker_threads';
import bzip from 'seek-bzip';

const bytes = bzip.decode(Buffer.from(workerData as Uint8Array));
parentPort?.postMessage(bytes);
