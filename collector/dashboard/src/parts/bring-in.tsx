import { useState } from 'preact/hooks';
import type { ImportAnswer, ProblemAnswer } from '../../../src/query/answers.ts';
import { call } from '../api.ts';
import { fileType, rowWords } from '../bring-in.ts';
import { mayChange } from '../session.ts';
import { Code } from './code.tsx';
import { Problem } from './problem.tsx';

/** Ways to have people before the first visitor comes: made-up ones, and those of a file. */
export function BringIn() {
  return (
    <section class="other-clients" id="history" aria-labelledby="history-title">
      <h2 id="history-title">Begin with a past</h2>
      <p>
        To see how it looks, fill a site of its own with made-up visitors. They touch nothing here,
        and <code>-- --remove</code> takes them away.
      </p>
      <Code label="Command of the demo">SECRET_KEY=… npm run demo</Code>
      <p>
        Or bring in past events and contacts from a CSV or NDJSON file with columns such as{' '}
        <code>userId</code>, <code>event</code>, <code>timestamp</code>, <code>traits.plan</code>.
      </p>
      {mayChange() ? <FileForm /> : <p>That takes a key with the role admin.</p>}
    </section>
  );
}

/** A file is tried first; only what was tried can be brought in. */
function FileForm() {
  const [file, setFile] = useState<File>();
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ImportAnswer>();
  const [problem, setProblem] = useState<ProblemAnswer>();
  const send = async (chosen: File, dryRun: boolean) => {
    setBusy(true);
    setProblem(undefined);
    const outcome = await call<ImportAnswer>(`/v1/import?dryRun=${dryRun}`, {
      method: 'POST',
      file: { content: chosen, type: fileType(chosen.name) },
    });
    setBusy(false);
    if (outcome.ok) return setAnswer(outcome.value);
    setAnswer(undefined);
    setProblem(outcome.problem);
  };
  const choose = (event: Event) => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return;
    const chosen = event.currentTarget.files?.[0];
    setFile(chosen);
    setAnswer(undefined);
    setProblem(undefined);
    if (chosen !== undefined) void send(chosen, true);
  };
  return (
    <form class="stacked" onSubmit={(event) => event.preventDefault()}>
      <label for="history-file">
        File to bring in; it is looked at first, and nothing is stored
      </label>
      <input
        id="history-file"
        type="file"
        accept=".csv,.ndjson,.jsonl,.gz"
        disabled={isBusy}
        onChange={choose}
      />
      <div role="status">
        {isBusy && <p>Reading…</p>}
        {!isBusy && answer && <Told answer={answer} />}
      </div>
      {problem && <Problem problem={problem} />}
      {file && answer?.dryRun && answer.accepted > 0 && (
        <div class="dialog-actions">
          <button
            type="button"
            class="primary"
            disabled={isBusy}
            onClick={() => void send(file, false)}
          >
            Bring in {rowWords(answer.accepted)}
          </button>
        </div>
      )}
    </form>
  );
}

function Told({ answer }: { readonly answer: ImportAnswer }) {
  const { dryRun, accepted, duplicate, rejected, errors, stopped } = answer;
  return (
    <>
      <p>
        <strong>
          {rowWords(accepted)} {dryRun ? 'would be stored' : 'stored'}
        </strong>
        , {duplicate} known already, {rejected} rejected.
      </p>
      {stopped && <p>{stopped.detail}</p>}
      {errors.length > 0 && (
        <ul class="pointers">
          {errors.slice(0, ERRORS_SHOWN).map(({ line, column, detail }) => (
            <li key={line}>
              Line {line} {column !== undefined && <code>{column}</code>} {detail}
            </li>
          ))}
          {rejected > ERRORS_SHOWN && <li>and {rejected - ERRORS_SHOWN} more</li>}
        </ul>
      )}
    </>
  );
}

const ERRORS_SHOWN = 10;
