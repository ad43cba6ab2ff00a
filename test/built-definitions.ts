/** R4 and the local packages as the build compiled them. */
import { join } from 'node:path';
import { loadDefinitions } from '../src/definitions/load.js';
import { projectFolder } from './end-to-end/command.js';

export const definitions = loadDefinitions(join(projectFolder, 'dist/definitions'));
