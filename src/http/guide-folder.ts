/** Where the pages of the implementation guide lie. Alone, because what serves them comes with the first request for them. */
import { fileURLToPath } from 'node:url';

/** Where the build puts them, unless said otherwise. */
export const builtGuide = fileURLToPath(new URL('../../guide', import.meta.url));
