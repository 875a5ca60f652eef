import type { WriterPorts } from '../ingest/writer.ts';
import type { StreamMessage } from '../query/answers.ts';
import { eventAnswer } from '../query/events.ts';
import type { Stream } from './stream.ts';

/** Passes on to a stream what the writer has committed and what it has to deliver. */
export function publishTo(stream: Stream): Pick<WriterPorts, 'committed' | 'deliver'> {
  return {
    committed: (events) => {
      for (const { id, site, profile, event } of events) {
        if (!stream.isHeard(site)) continue;
        stream.publish(site, { type: 'event', event: eventAnswer(event, id, profile) });
      }
    },
    deliver: (messages) => {
      for (const { site, payload } of messages) {
        stream.publish(site, JSON.parse(payload) as StreamMessage);
      }
    },
  };
}
