import { useRef, useState } from 'preact/hooks';
import type {
  EventAnswer,
  Page as ListPage,
  SessionAnswer,
  StreamMessage,
} from '../../../src/query/answers.ts';
import { useAnswer } from '../answer.ts';
import { type InstallCode, installCodes } from '../install-code.ts';
import { Answered } from '../parts/answered.tsx';
import { BringIn } from '../parts/bring-in.tsx';
import { Code } from '../parts/code.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { InstallHints } from '../parts/install-hints.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';
import { TruthMark } from '../parts/truth-mark.tsx';
import { session } from '../session.ts';
import { useFresh } from '../stream.ts';
import { eventWords } from '../words.ts';

/** How to send events, and whether they arrive. */
export function InstallPage() {
  const now = session.value;
  return (
    <Page title="Install" lead="Two steps: paste the script, open a page of your site.">
      <ol class="steps">
        <li>
          <h2>Add the script</h2>
          {now.kind === 'signed-in' && <Tabs codes={installCodes(now.session)} />}
        </li>
        <li>
          <h2>See your first event</h2>
          <FirstEvent />
        </li>
      </ol>
      <BringIn />
      {now.kind === 'signed-in' && <KeyFacts session={now.session} />}
    </Page>
  );
}

/** One tab is in the tab order; the arrow keys go from one to the next. */
function Tabs({ codes }: { readonly codes: readonly InstallCode[] }) {
  const [shown, setShown] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const go = (event: KeyboardEvent) => {
    const steps: { readonly [key: string]: number } = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    const next = (shown + step + codes.length) % codes.length;
    setShown(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div class="tabs">
      <div ref={list} role="tablist" aria-label="Ways to send events" onKeyDown={go}>
        {codes.map(({ id, name }, index) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls={`panel-${id}`}
            aria-selected={index === shown}
            tabIndex={index === shown ? 0 : -1}
            onClick={() => setShown(index)}
          >
            {name}
          </button>
        ))}
      </div>
      {codes.map(({ id, where, code }, index) => (
        <div
          key={id}
          role="tabpanel"
          id={`panel-${id}`}
          aria-labelledby={`tab-${id}`}
          hidden={index !== shown}
        >
          <div class="copy-line">
            <p>{where}</p>
            <CopyButton text={code} selects={`code-${id}`} />
          </div>
          <Code label="Lines to paste" id={`code-${id}`}>
            {code}
          </Code>
        </div>
      ))}
    </div>
  );
}

function isEvent(message: StreamMessage): boolean {
  return message.type === 'event';
}

function FirstEvent() {
  const { answer, reload } = useAnswer<ListPage<EventAnswer>>('/v1/events?limit=1');
  useFresh(reload, isEvent);
  return (
    <Answered answer={answer} reload={reload} lines={2}>
      {({ data: [latest] }) => (
        <>
          <div class={latest ? 'arrival arrived' : 'arrival'} role="status">
            {latest ? <Arrived latest={latest} /> : <Waiting />}
          </div>
          {latest === undefined && <InstallHints />}
        </>
      )}
    </Answered>
  );
}

function Waiting() {
  return (
    <>
      <span class="drip" aria-hidden="true" />
      <p>
        <strong>Waiting for your first event…</strong> Open a page of your site. This changes by
        itself.
      </p>
    </>
  );
}

function Arrived({ latest }: { readonly latest: EventAnswer }) {
  return (
    <>
      <TruthMark holds words={['Done:', '']} />
      <p>
        <strong>Your events arrive.</strong> The latest: {eventWords(latest)},{' '}
        <Time at={latest.timestamp} />. Next: <a href="/live">watch them live</a> or{' '}
        <a href="/#ready-made">add a segment</a>.
      </p>
    </>
  );
}

function KeyFacts({ session: { writeKey, host } }: { readonly session: SessionAnswer }) {
  return (
    <section class="other-clients" aria-labelledby="key-facts">
      <h2 id="key-facts">What other clients need</h2>
      <p>
        The collector speaks the Segment HTTP API, so any Segment library works with these two. The
        write key may be public: it can add events and read nothing.
      </p>
      <dl class="facts">
        <div>
          <dt>Host</dt>
          <dd>
            <code>{host}</code>
          </dd>
        </div>
        <div>
          <dt>Write key</dt>
          <dd>
            <code>{writeKey}</code>
          </dd>
        </div>
      </dl>
    </section>
  );
}
