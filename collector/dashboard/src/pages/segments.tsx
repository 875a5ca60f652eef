import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  EventAnswer,
  Page as ListPage,
  SegmentAnswer,
  StreamMessage,
} from '../../../src/query/answers.ts';
import { announce } from '../announce.ts';
import { useAnswer, usePages } from '../answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Gallery } from '../parts/gallery.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { NewSegment } from '../parts/new-segment.tsx';
import { Page } from '../parts/page.tsx';
import { SegmentRow } from '../parts/segment-row.tsx';
import { mayChange } from '../session.ts';
import { useFresh } from '../stream.ts';
import { peopleWords } from '../words.ts';

/** How often a segment that is being built is looked at. */
const BUILDING_POLL_MS = 1_500;

/** Home: the segments with their live sizes, and those that can be had with one click. */
export function SegmentsPage() {
  const { answer, reload, more } = usePages<SegmentAnswer>('/v1/segments');
  const [isWriting, setWriting] = useState(false);
  useFresh(reload, changesMembership);
  const segments = answer.kind === 'ready' ? answer.value : NONE;
  usePolling(
    reload,
    segments.some(({ status }) => status === 'building'),
  );
  useSpokenSizes(segments);
  const write = mayChange() && (
    <button type="button" class="primary" onClick={() => setWriting(true)}>
      New segment
    </button>
  );
  return (
    <Page
      title="Segments"
      lead="People who share an intent, counted as it happens."
      actions={write || undefined}
    >
      <FirstEventNote />
      <Answered answer={answer} reload={reload} lines={6}>
        {(all) => (all.length === 0 ? <NoSegments /> : <Ledger segments={all} />)}
      </Answered>
      <MoreButton more={more}>Show more segments</MoreButton>
      {/* After the list, so that the list does not push it down. */}
      {answer.kind !== 'loading' && <Gallery segments={segments} onInstalled={reload} />}
      {isWriting && <NewSegment onClose={() => setWriting(false)} />}
    </Page>
  );
}

const NONE: readonly SegmentAnswer[] = [];

function changesMembership(message: StreamMessage): boolean {
  return message.type !== 'event';
}

function isEvent(message: StreamMessage): boolean {
  return message.type === 'event';
}

function isNothing(): boolean {
  return false;
}

function Ledger({ segments }: { readonly segments: readonly SegmentAnswer[] }) {
  const largest = Math.max(1, ...segments.map(({ size }) => size));
  return (
    <ul class="ledger" aria-label="Your segments">
      {segments.map((segment) => (
        <SegmentRow key={segment.id} segment={segment} share={segment.size / largest} />
      ))}
    </ul>
  );
}

function NoSegments() {
  return (
    <Empty title="No segments yet">
      <p>
        A segment gathers people by what they do, such as everybody who came back to your pricing
        page. Add a <a href="#ready-made">ready-made one</a> below, or write your own.
      </p>
    </Empty>
  );
}

/** Without events every segment is empty, so the first step is named first. */
function FirstEventNote() {
  const { answer, reload } = useAnswer<ListPage<EventAnswer>>('/v1/events?limit=1');
  const isEmpty = answer.kind === 'ready' && answer.value.data.length === 0;
  useFresh(reload, isEmpty ? isEvent : isNothing);
  if (!isEmpty) return null;
  return (
    <p class="note">
      No event has arrived yet, so every segment is empty. <a href="/install">Install the script</a>{' '}
      to see the first one, or <a href="/install#history">begin with a past</a>: made-up visitors,
      or a file of your own.
    </p>
  );
}

function usePolling(reload: () => void, isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const timer = setInterval(reload, BUILDING_POLL_MS);
    return () => clearInterval(timer);
  }, [reload, isNeeded]);
}

/** Tells screen readers about sizes that changed since the last look. */
function useSpokenSizes(segments: readonly SegmentAnswer[]): void {
  const known = useRef(new Map<string, number>());
  useEffect(() => {
    const changed = segments.filter(({ id, size }) => (known.current.get(id) ?? size) !== size);
    known.current = new Map(segments.map(({ id, size }) => [id, size]));
    if (changed.length === 0) return;
    announce(changed.map(({ name, size }) => `${name}: ${peopleWords(size)}`).join(', '));
  }, [segments]);
}
