import { publicId } from '../identity/own-id.ts';
import { formatInstant } from '../instant.ts';
import type { OutgoingMessage } from '../query/answers.ts';
import type { Wishes } from './notice.ts';

/**
 * A message such as a webhook will get, about nobody: `cause` is `test`, and no profile has its id.
 *
 * @param message - The id that it is sent with.
 */
export function testPayload(
  { types, segments }: Wishes,
  message: number,
  nowMs: number,
): OutgoingMessage {
  const [type = 'segment.entered'] = types;
  const [id = 'test'] = segments ?? [];
  const about = { id, name: 'Test', version: 1 };
  const moment = {
    id: publicId('msg', message),
    occurredAt: formatInstant(nowMs),
    profile: { id: 'prf_test', userId: 'test', anonymousIds: ['test'], traits: {} },
    cause: 'test',
    evidence: [],
  };
  return type === 'score.crossed'
    ? { type, score: about, from: 'none', to: 'test', value: 1, ...moment }
    : { type: type === 'segment.left' ? type : 'segment.entered', segment: about, ...moment };
}
