/** What every reading needs: the connection it goes by, and what is known of the file. */
import type { Bodies } from './bodies.js';
import type { Lookup } from './names.js';
import type { Slots } from './slots.js';

export interface Reader extends Lookup {
  readonly slots: Slots;
  readonly bodies: Bodies;
}
