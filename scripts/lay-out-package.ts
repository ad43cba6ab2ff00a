/**
 * Before and after `npm pack` of a profile package, in its folder: lays out what is published, `--clear` takes it away again. Named by the
 * scripts `prepack` and `postpack` of its package.json.
 */
import { parseArgs } from 'node:util';
import { clear, layOut } from './profiles/lay-out.js';

const { values, positionals } = parseArgs({ options: { clear: { type: 'boolean', default: false } }, allowPositionals: true });
const [folder = '.'] = positionals;
await (values.clear ? clear(folder) : layOut(folder, folder));
