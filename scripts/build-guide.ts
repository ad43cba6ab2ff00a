/**
 * `npm run build:guide`, and the last step of `npm run build`: the guide as static pages, made from the packages under `profiles/`.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildGuide } from './guide/build.js';
import { project } from './guide/sources.js';

const usage = `npm run build:guide [-- --into <folder>] [--package <folder>]… [--pictures <folder>]

the implementation guide as static pages, from the packages under profiles/

  --into <folder>      where to (default dist/guide, which the server shows at /guide); what stands there goes
  --package <folder>   one more package, such as that of a region; may stand again
  --pictures <folder>  also pictures of some pages, as Chromium shows them`;

const { values } = parseArgs({
  options: {
    into: { type: 'string', default: join(project, 'dist', 'guide') },
    package: { type: 'string', multiple: true, default: [] },
    pictures: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) process.stdout.write(`${usage}\n`);
else {
  const written = buildGuide(values.into, values.package);
  if (written > 0) process.stdout.write(`${written} files of the guide written into ${values.into}\n`);
  if (values.pictures !== undefined) {
    // Who only builds needs no Chromium.
    const { photographGuide } = await import('./guide/pictures.js');
    await photographGuide(values.into, values.pictures);
  }
}
