/** Pictures of the guide for those who read of it elsewhere: taken on the way that the test goes. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../demo/journey.js';
import { languages } from './language.js';
import { walk } from './walk.js';

/** PNG files in `folder`, named for the page and its language. */
export async function photographGuide(guide: string, folder: string): Promise<void> {
  const browser = await openBrowser();
  try {
    for (const language of languages) {
      const start = pathToFileURL(join(guide, language, 'index.html')).href;
      await walk(browser, start, language, (page, name) => page.screenshot({ path: join(folder, `${name}.png`) }));
    }
  } finally {
    await browser.close();
  }
}
