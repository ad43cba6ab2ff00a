/** Copies the write-ahead log into the database on a thread and a connection of its own, so that requests do not wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from './binding.js';

const { location } = workerData as { readonly location: string };
const connection = connect(location, { readOnly: false, busyTimeout: 1000 });
connection.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1000');

parentPort?.on('message', (mode: 'PASSIVE' | 'TRUNCATE') => {
  try {
    connection.exec(`PRAGMA wal_checkpoint(${mode})`);
  } catch {
    // Busy or a full disk: the log keeps what it has, and the next turn tries again.
  }
  parentPort?.postMessage('done');
});
