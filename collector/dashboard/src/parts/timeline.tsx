import { useMemo } from 'preact/hooks';
import type { EventAnswer } from '../../../src/query/answers.ts';
import { nowMs } from '../clock.ts';
import { clockWords, dayWords, exactWords, lengthWords } from '../time.ts';
import { timelineOf, type Visit } from '../timeline.ts';
import { eventWords } from '../words.ts';
import { Json } from './json.tsx';

interface Props {
  readonly events: readonly EventAnswer[];
  /** Ids of events that count for the open explanation. */
  readonly evidence: ReadonlySet<string>;
  /** The segment that they count for. */
  readonly reason: string | undefined;
}

/** What a person did, by day and visit, newest first. */
export function Timeline({ events, evidence, reason }: Props) {
  const days = useMemo(() => timelineOf(events), [events]);
  if (days.length === 0) {
    return <p class="fine">No events are kept of this person. Old ones are removed by age.</p>;
  }
  // Read once per render without listening: the names of days may wait for the next event.
  const now = nowMs.peek();
  return (
    <ol class="days">
      {days.map(({ day, atMs, visits }) => (
        <li key={day}>
          <h3>{dayWords(atMs, now)}</h3>
          {visits.map((visit) => (
            <VisitGroup
              key={visit.sessionId ?? visit.toMs}
              visit={visit}
              evidence={evidence}
              reason={reason}
            />
          ))}
        </li>
      ))}
    </ol>
  );
}

interface VisitProps {
  readonly visit: Visit;
  readonly evidence: ReadonlySet<string>;
  readonly reason: string | undefined;
}

function VisitGroup({ visit, evidence, reason }: VisitProps) {
  return (
    <div class={visit.sessionId === undefined ? 'visit outside' : 'visit'}>
      <p class="visit-head">{visitWords(visit)}</p>
      <ol>
        {visit.events.map((event) => (
          <TimelineEvent
            key={event.id}
            event={event}
            reason={evidence.has(event.id) || evidence.has(event.messageId) ? reason : undefined}
          />
        ))}
      </ol>
    </div>
  );
}

function visitWords({ sessionId, fromMs, toMs, events }: Visit): string {
  if (sessionId === undefined) return 'Outside of a visit';
  const count = events.length === 1 ? '1 event' : `${events.length} events`;
  const length = toMs - fromMs < 1_000 ? '' : `, ${lengthWords(toMs - fromMs)}`;
  return `Visit at ${clockWords(fromMs)} · ${count}${length}`;
}

interface EventProps {
  readonly event: EventAnswer;
  /** The segment that it counts for, if the open explanation says so. */
  readonly reason: string | undefined;
}

function TimelineEvent({ event, reason }: EventProps) {
  const atMs = Date.parse(event.timestamp);
  return (
    <li id={`event-${event.id}`} class={reason === undefined ? 'event' : 'event counts'}>
      <details>
        <summary>
          <time dateTime={event.timestamp} title={exactWords(atMs)}>
            {clockWords(atMs)}
          </time>
          <span class="event-words">{eventWords(event)}</span>
          {reason !== undefined && <span class="counts-for">counts for {reason}</span>}
        </summary>
        <Json value={event} label={`${eventWords(event)} as JSON`} />
      </details>
    </li>
  );
}
