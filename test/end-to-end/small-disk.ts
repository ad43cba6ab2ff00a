/** A disk that is soon full: a file system in memory, which only root can mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEBI = 1024 * 1024;

export interface SmallDisk {
  readonly folder: string;
  /** Leaves so many megabytes free, until the rest is given back. */
  leave(megabytes: number): void;
  giveBack(): Promise<void>;
  remount(how: 'ro' | 'rw'): void;
  close(): void;
}

export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lianyi-disk-'));
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    leave(left) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(bavail * bsize - left * MEBI, 0)));
    },
    giveBack: () => rm(ballast),
    remount(how) {
      if (!run('mount', '-o', `remount,${how}`, folder)) throw new Error(`${folder} could not be mounted ${how}`);
    },
    close() {
      run('umount', '-l', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether this process may mount at all. */
export const canMount = ((): boolean => {
  const disk = mountSmallDisk(1);
  disk?.close();
  return disk !== undefined;
})();

function run(...[command, ...args]: readonly [string, ...string[]]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
