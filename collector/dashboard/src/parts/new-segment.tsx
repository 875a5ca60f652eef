import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ProblemAnswer, SegmentAnswer } from '../../../src/query/answers.ts';
import type { Definition } from '../../../src/segments/definition.ts';
import { call } from '../api.ts';
import { locate } from '../pointer.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

/** Shows the parts that most segments have; the compiler keeps it a true definition. */
const EXAMPLE = {
  id: 'pricing-and-demo',
  name: 'Pricing, then demo',
  description: 'Looked at prices more than once and asked for a demo.',
  kind: 'implicit',
  who: 'all',
  if: {
    all: [
      {
        did: 'page',
        where: { path: { glob: '/pricing*' } },
        distinct: 'session',
        times: 2,
        within: '14d',
      },
      { did: 'Form Submitted', where: { form: 'demo' }, within: '30d' },
    ],
  },
} as const satisfies Definition;

/** Writes a segment as JSON. What the collector finds wrong is shown at its line. */
export function NewSegment({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="New segment" onClose={onClose} wide>
      {(close) => <Editor close={close} />}
    </Dialog>
  );
}

function Editor({ close }: { readonly close: () => void }) {
  const { route } = useLocation();
  const editor = useRef<HTMLTextAreaElement>(null);
  const [checked, setChecked] = useState<{ text: string; problem: ProblemAnswer } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const text = editor.current?.value ?? '';
    const parsed = parse(text);
    if (!parsed.ok) return setChecked({ text, problem: parsed.problem });
    setBusy(true);
    const outcome = await call<SegmentAnswer>('/v1/segments', {
      method: 'POST',
      body: parsed.value,
    });
    setBusy(false);
    if (!outcome.ok) return setChecked({ text, problem: outcome.problem });
    close();
    route(`/segments/${encodeURIComponent(outcome.value.id)}`);
  };
  const select = (start: number, end: number) => {
    editor.current?.focus();
    editor.current?.setSelectionRange(start, end);
  };
  return (
    <form class="stacked" onSubmit={submit}>
      <label for="definition">
        Say whom it gathers, as JSON. The example means: came to the pricing page in at least two
        visits within 14 days, and sent the demo form within 30.
      </label>
      <textarea
        ref={editor}
        id="definition"
        class="code"
        rows={22}
        spellcheck={false}
        autocomplete="off"
        defaultValue={JSON.stringify(EXAMPLE, null, 2)}
        aria-invalid={checked !== null}
        aria-describedby="definition-problems"
      />
      <div id="definition-problems">
        {checked && <Problems text={checked.text} problem={checked.problem} select={select} />}
      </div>
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Saving…' : 'Save segment'}
        </button>
      </div>
    </form>
  );
}

interface ProblemsProps {
  /** The text that was found wrong, which may have changed since. */
  readonly text: string;
  readonly problem: ProblemAnswer;
  readonly select: (start: number, end: number) => void;
}

function Problems({ text, problem, select }: ProblemsProps) {
  if (problem.errors === undefined || problem.errors.length === 0) {
    return <Problem problem={problem} />;
  }
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> Choose a line to go there.
      </p>
      <ul class="pointers">
        {problem.errors.map(({ pointer, detail }) => {
          const place = locate(text, pointer);
          return (
            <li key={`${pointer} ${detail}`}>
              <button
                type="button"
                class="link"
                disabled={place === undefined}
                onClick={() => place && select(place.start, place.end)}
              >
                Line {place?.line ?? '?'} <code>{pointer || '(the whole)'}</code>
              </button>
              <span>{detail}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: ProblemAnswer };

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const problem: ProblemAnswer = {
      type: 'about:blank',
      title: 'This is not JSON yet',
      status: 0,
      detail: error instanceof Error ? error.message : '',
      instance: '',
      code: 'not_json',
      retryable: false,
    };
    return { ok: false, problem };
  }
}
