/**
 * How apps may look like the pages here. Its address has its digest in it, so that another style has another one, and what is at one never
 * changes. Source: SMART App Launch 2.2 scopes-and-launch-context.html#styling (experimental)
 */
import { createHash } from 'node:crypto';
import { colours, fonts } from './pages/style.js';
import type { Step } from './steps/exchange.js';

const text = JSON.stringify({
  color_background: colours.ground,
  color_error: colours.bad,
  color_highlight: colours.deep,
  color_modal_backdrop: colours.line,
  color_success: colours.deep,
  color_text: colours.ink,
  dim_border_radius: '8px',
  dim_font_size: '16px',
  dim_spacing_size: '16px',
  font_family_body: fonts,
  font_family_heading: fonts,
});
const path = `/style/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;

export function smartStyleUrl(issuer: string): string {
  return issuer + path;
}

const headers = {
  'Content-Type': 'application/json',
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Access-Control-Allow-Origin': '*',
};

export const serveStyle: Step = async (exchange) => {
  const { req, res } = exchange;
  if (exchange.path !== path || !['GET', 'HEAD'].includes(req.method ?? '')) return exchange;
  res.writeHead(200, headers);
  res.end(req.method === 'HEAD' ? undefined : text);
  return undefined;
};
