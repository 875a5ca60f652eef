import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  EventAnswer,
  Page as ListPage,
  OutgoingMessage,
  StreamMessage,
} from '../../../src/query/answers.ts';
import { useAnswer } from '../answer.ts';
import { type Feed, type FeedLine, feedOf, withMessages } from '../feed.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { PersonLink } from '../parts/person-link.tsx';
import { Time } from '../parts/time.tsx';
import { listen, streamState } from '../stream.ts';
import { eventWords, whereWords } from '../words.ts';

/** What happens on the site, as it happens. */
export function LivePage() {
  const { answer, reload } = useAnswer<ListPage<EventAnswer>>('/v1/events');
  const [isPaused, setPaused] = useState(false);
  const start = answer.kind === 'ready' ? answer.value.data : undefined;
  const { feed, held } = useFeed(start, isPaused);
  return (
    <Page
      title="Live"
      lead={leadWords(isPaused, held)}
      actions={
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
      }
    >
      <Answered answer={answer} reload={reload} lines={12}>
        {() => (feed.length === 0 ? <Nothing /> : <FeedTable feed={feed} />)}
      </Answered>
    </Page>
  );
}

function leadWords(isPaused: boolean, held: number): string {
  if (isPaused) return held === 0 ? 'Paused.' : `Paused; ${held} more arrived meanwhile.`;
  switch (streamState.value) {
    case 'open':
      return 'Events, entries and exits appear here the moment they happen.';
    case 'connecting':
      return 'Connecting…';
    case 'lost':
      return 'The connection is lost. Trying again…';
  }
}

/** Gathers messages; while paused they are held back and then shown together. */
function useFeed(start: readonly EventAnswer[] | undefined, isPaused: boolean) {
  const [feed, setFeed] = useState<Feed>([]);
  const waiting = useRef<StreamMessage[]>([]);
  const [held, setHeld] = useState(0);
  useEffect(() => {
    if (start === undefined) return;
    setFeed((now) => withMessages(feedOf(start), now.map(({ message }) => message).toReversed()));
  }, [start]);
  useEffect(() => {
    let frame = 0;
    const show = () => {
      frame = 0;
      if (isPaused) return setHeld(waiting.current.length);
      const messages = waiting.current.splice(0);
      setHeld(0);
      setFeed((now) => withMessages(now, messages));
    };
    const stop = listen((message) => {
      waiting.current.push(message);
      // A burst is drawn once.
      if (frame === 0) frame = requestAnimationFrame(show);
    });
    show();
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [isPaused]);
  return { feed, held };
}

function FeedTable({ feed }: { readonly feed: Feed }) {
  return (
    <table class="feed">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Where</th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        {feed.map((line) => (
          <Line key={line.key} line={line} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ line: { at, message } }: { readonly line: FeedLine }) {
  if (message.type === 'event') {
    const { event } = message;
    const { profile, userId, anonymousId } = event;
    const person = {
      id: profile,
      ...(userId === undefined ? {} : { userId }),
      anonymousIds: anonymousId === undefined ? [] : [anonymousId],
      traits: event.traits ?? {},
    };
    return (
      <tr>
        <td>
          <Time at={at} />
        </td>
        <td>
          {eventWords(event)} <span class="kind">{event.type}</span>
        </td>
        <td class="where">{whereWords(event)}</td>
        <td>
          <PersonLink person={person} />
        </td>
      </tr>
    );
  }
  const why = 'segment' in message ? { why: message.segment.id } : {};
  return (
    <tr class="change">
      <td>
        <Time at={at} />
      </td>
      <td>
        <Moment message={message} />
      </td>
      <td class="where" />
      <td>
        <PersonLink person={message.profile} {...why} />
      </td>
    </tr>
  );
}

function Moment({ message }: { readonly message: OutgoingMessage }) {
  if (message.type === 'score.crossed') {
    const { score, from, to, value } = message;
    return (
      <>
        {score.name}: {from} to {to} ({Math.round(value)})
      </>
    );
  }
  const { type, segment } = message;
  return (
    <>
      {type === 'segment.entered' ? 'Entered' : 'Left'}{' '}
      <a href={`/segments/${encodeURIComponent(segment.id)}`}>{segment.name}</a>
    </>
  );
}

function Nothing() {
  return (
    <Empty title="Quiet so far">
      <p>
        No event has arrived yet. <a href="/install">Install the script</a>, then open a page of
        your site: it shows up here at once. Or <a href="/install#history">begin with a past</a>:
        made-up visitors, or a file of your own.
      </p>
    </Empty>
  );
}
