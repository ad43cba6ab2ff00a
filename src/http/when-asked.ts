/** The Express app, loaded by the first request for it. */
import type { AppRooms } from './app.js';
import type { Handler } from './fhir.js';

/** Express takes an eighth of a second to load: it comes with the first request that is not FHIR. */
export function whenAsked(rooms: AppRooms): Handler {
  let app: Promise<Handler> | undefined;
  return (req, res) => {
    app ??= import('./app.js').then(({ createApp }) => createApp(rooms));
    app
      .then((handle) => handle(req, res))
      .catch((error: unknown) => {
        rooms.logger.error({ err: error }, 'what is not FHIR cannot be answered');
        res.destroy();
      });
  };
}
