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
import { type SentAlong, withSentAlong } from '../../terminology/sent-along.js';
import type { Wishes } from '../../terminology/sources.js';
import { versionsOf } from '../../terminology/versions.js';
import type { OperationParameters, Shape } from './parameters.js';
import { sentAlong } from './sent-along.js';

/** R4 has them for $expand alone; what is picked by them has to be checked by them. */
export const versionShapes: readonly Shape[] = ['system-version', 'check-system-version', 'force-system-version'].map((name) => ({
  name,
  type: 'canonical',
  max: '*',
}));
export const supplementShape: Shape = { name: 'useSupplement', type: 'canonical', max: '*' };

/** What validators send, and later versions of FHIR have. */
const lenientShape: Shape = { name: 'lenient-display-validation', type: 'boolean', max: '1' };
export const inferShape: Shape = { name: 'inferSystem', type: 'boolean', max: '1' };
const membershipShape: Shape = { name: 'valueset-membership-only', type: 'boolean', max: '1' };

const latestShape: Shape = { name: 'default-to-latest-version', type: 'boolean', max: '1' };

/**
 * What the validator of HL7 sends with every question. The newest version is what is meant here where none is named; the others change no
 * answer: where its own settings have a name, how much it wants to be told beside, that a part of an expansion would do.
 */
export const hintShapes: readonly Shape[] = [
  latestShape,
  { name: 'profile-url', type: 'uri', max: '1' },
  { name: 'diagnostics', type: 'boolean', max: '1' },
  { name: 'incomplete-ok', type: 'boolean', max: '1' },
];

/** All that may be sent to $validate-code beside what R4 has. */
export const judgingShapes: readonly Shape[] = [lenientShape, membershipShape, ...hintShapes];

/** How a code is to be judged. A concept that groups others is right unless it is said that it is not. */
export function readingAsked(asked: OperationParameters, request: Pick<Circumstances, 'acceptLanguage'>): Reading {
  return {
    languages: languagesAsked(asked, request),
    allowAbstract: asked.flag('abstract') !== false,
    lenient: asked.flag(lenientShape.name) === true,
    anyDisplay: asked.flag(membershipShape.name) === true,
  };
}

/** Of displays: what is asked for by name goes before what the client says of itself. */
export function languagesAsked(asked: OperationParameters, { acceptLanguage }: Pick<Circumstances, 'acceptLanguage'>): Languages {
  return languagesOf(asked.text('displayLanguage') ?? acceptLanguage);
}

/** Throws FhirError 404 for a supplement that is not here, 400 and 422 for what is sent along. */
export async function wishesOf(rooms: Rooms, asked: OperationParameters): Promise<Wishes> {
  const supplements = asked.texts('useSupplement');
  const sent = await sentAlong(rooms, asked);
  if (asked.flag(latestShape.name) === false) throw onlyLatest(asked);
  for (const one of supplements) refuseUnknownSupplement(rooms, one, sent);
  const versions = versionsOf({
    usual: asked.texts('system-version'),
    checked: asked.texts('check-system-version'),
    forced: asked.texts('force-system-version'),
  });
  return { versions, supplements, sent };
}

export function refuseUnknownSupplement({ uploads: { definitions } }: Rooms, canonical: string, sent: readonly SentAlong[] = []): void {
  if (withSentAlong(definitions, sent).codeSystem(canonical)?.content === 'supplement') return;
  throw fault(
    'not-found',
    message('supplement-unknown', `There is no code system supplement ${canonical} here`, `此处没有代码系统补充 ${canonical}`),
    { expression: 'useSupplement' },
  );
}

function onlyLatest(asked: OperationParameters) {
  const text = message(
    'only-latest-version',
    'Where no version is named the newest that is here is meant; nothing else can be asked for',
    '未指定版本时使用此处最新的版本；不能作其他要求',
  );
  return fault('not-supported', text, { expression: asked.at(latestShape.name) });
}
