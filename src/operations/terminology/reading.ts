/**
 * How somebody wants terminology read: in which versions of code systems, with which supplements, and in which language.
 * Source: R4 valueset-operation-expand.html; FHIR R5 (useSupplement)
 */
import type { Rooms } from '../../interactions/intent.js';
import type { Circumstances } from '../../interactions/request.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Languages, languagesOf } from '../../terminology/displays.js';
import type { Reading } from '../../terminology/judge-code.js';
import type { Wishes } from '../../terminology/sources.js';
import { versionsOf } from '../../terminology/versions.js';
import type { OperationParameters, Shape } from './parameters.js';

/** R4 has them for $expand alone; what is picked by them has to be checked by them. */
export const versionShapes: readonly Shape[] = ['system-version', 'check-system-version', 'force-system-version'].map((name) => ({
  name,
  type: 'canonical',
  max: '*',
}));
export const supplementShape: Shape = { name: 'useSupplement', type: 'canonical', max: '*' };

/** What validators send, and later versions of FHIR have. */
export const lenientShape: Shape = { name: 'lenient-display-validation', type: 'boolean', max: '1' };
export const inferShape: Shape = { name: 'inferSystem', type: 'boolean', max: '1' };

/** How a code is to be judged. A concept that groups others is right unless it is said that it is not. */
export function readingAsked(asked: OperationParameters, request: Pick<Circumstances, 'acceptLanguage'>): Reading {
  return {
    languages: languagesAsked(asked, request),
    allowAbstract: asked.flag('abstract') !== false,
    lenient: asked.flag(lenientShape.name) === true,
  };
}

/** Of displays: what is asked for by name goes before what the client says of itself. */
export function languagesAsked(asked: OperationParameters, { acceptLanguage }: Pick<Circumstances, 'acceptLanguage'>): Languages {
  return languagesOf(asked.text('displayLanguage') ?? acceptLanguage);
}

/** Throws FhirError 404 for a supplement that is not here. */
export function wishesOf(rooms: Rooms, asked: OperationParameters): Wishes {
  const supplements = asked.texts('useSupplement');
  for (const one of supplements) refuseUnknownSupplement(rooms, one);
  const versions = versionsOf({
    usual: asked.texts('system-version'),
    checked: asked.texts('check-system-version'),
    forced: asked.texts('force-system-version'),
  });
  return { versions, supplements };
}

export function refuseUnknownSupplement({ uploads: { definitions } }: Rooms, canonical: string): void {
  if (definitions.codeSystem(canonical)?.content === 'supplement') return;
  throw fault(
    'not-found',
    message('supplement-unknown', `There is no code system supplement ${canonical} here`, `此处没有代码系统补充 ${canonical}`),
    { expression: 'useSupplement' },
  );
}
