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
  const [segment = 'test'] = segments ?? [];
  return {
    type: type as OutgoingMessage['type'],
    id: publicId('msg', message),
    occurredAt: formatInstant(nowMs),
    segment: { id: segment, name: 'Test', version: 1 },
    profile: { id: 'prf_test', userId: 'test', anonymousIds: ['test'], traits: {} },
    cause: 'test',
    evidence: [],
  };
}
