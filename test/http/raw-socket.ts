/** Bytes as a client might send them that knows HTTP badly, or means harm. */
import { connect } from 'node:net';

export interface Talk {
  /** What is sent, piece by piece: the next when the one before has gone out. */
  readonly pieces: readonly string[];
  /** The client goes away after this many milliseconds, without waiting for an answer. */
  readonly leaveAfter?: number;
  /** How the bytes that come back are shown. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** All that came back until the connection was closed. */
export function talk(url: string, { pieces, leaveAfter, encoding = 'utf8' }: Talk): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    for (const end of ['close', 'error']) socket.on(end, () => resolve(Buffer.concat(chunks).toString(encoding)));
    if (leaveAfter !== undefined) setTimeout(() => socket.destroy(), leaveAfter);
  });
}
