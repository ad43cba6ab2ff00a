/** How a region writes rules of its own on top of the national package. */
import { html } from '../../../src/model/html.js';
import type { Page } from '../guide.js';

export const regionPage: Page = {
  path: 'region.html',
  title: { zh: '编写地方规范包', en: 'Write a region’s package' },
  body: (view) =>
    html`<p class="lead">${view.say('一个市或省可以在本包之上提出更多要求。', 'A city or a province may demand more on top of this package.')}</p>`,
};
