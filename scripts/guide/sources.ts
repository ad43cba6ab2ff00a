/** Where the files of the guide stand that are no programs: the compiler leaves them where they are. */
import { join } from 'node:path';

export const project = join(import.meta.dirname, '..', '..', '..');
export const sources = join(project, 'scripts', 'guide');
