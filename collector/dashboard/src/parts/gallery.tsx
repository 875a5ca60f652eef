import { useState } from 'preact/hooks';
import type { CatalogueAnswer, ProblemAnswer, SegmentAnswer } from '../../../src/query/answers.ts';
import { announce } from '../announce.ts';
import { useAnswer } from '../answer.ts';
import { call } from '../api.ts';
import type { Install } from '../installing.ts';
import { mayChange } from '../session.ts';
import { Answered } from './answered.tsx';
import { InstallDialog } from './install-dialog.tsx';
import { Problem } from './problem.tsx';

interface Props {
  /** Those that exist already. */
  readonly segments: readonly SegmentAnswer[];
  readonly onInstalled: () => void;
}

/** The ready-made segments, each to be had with one click or with other parameters. */
export function Gallery({ segments, onInstalled }: Props) {
  const { answer, reload } = useAnswer<{ readonly data: readonly CatalogueAnswer[] }>(
    '/v1/catalogue',
  );
  const install: Install = async (id, params) => {
    const path = `/v1/catalogue/${encodeURIComponent(id)}/install`;
    const outcome = await call<SegmentAnswer>(path, { method: 'POST', body: { params } });
    if (outcome.ok) {
      announce(`${outcome.value.name} was added to your segments`);
      reload();
      onInstalled();
    }
    return outcome;
  };
  const existing = new Set(segments.map(({ id }) => id));
  return (
    <section class="gallery" aria-labelledby="ready-made">
      <h2 id="ready-made">Ready-made</h2>
      <p class="lead">
        Starting points that many teams ask for. The numbers in them are conventions: tune them to
        your site.
      </p>
      <Answered answer={answer} reload={reload} lines={4}>
        {({ data }) => (
          <ul class="cards">
            {data.map((entry) => (
              <Card
                key={entry.id}
                entry={entry}
                hasSegment={existing.has(entry.id)}
                install={install}
              />
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}

interface CardProps {
  readonly entry: CatalogueAnswer;
  /** A segment of the same id exists, to which a link can lead. */
  readonly hasSegment: boolean;
  readonly install: Install;
}

function Card({ entry, hasSegment, install }: CardProps) {
  const [isAdjusting, setAdjusting] = useState(false);
  return (
    <li class="card">
      <h3>{entry.name}</h3>
      <p>{entry.description}</p>
      <p class="card-words">{entry.words}</p>
      <div class="card-actions">
        {entry.installed ? (
          <span class="added">
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M3 8.500l3.5 3.500L13 4.5" />
            </svg>
            Added
            {hasSegment && <a href={`/segments/${entry.id}`}>Open {entry.name}</a>}
          </span>
        ) : (
          mayChange() && (
            <AddButtons entry={entry} install={install} adjust={() => setAdjusting(true)} />
          )
        )}
      </div>
      {isAdjusting && (
        <InstallDialog entry={entry} install={install} onClose={() => setAdjusting(false)} />
      )}
    </li>
  );
}

interface AddProps {
  readonly entry: CatalogueAnswer;
  readonly install: Install;
  readonly adjust: () => void;
}

function AddButtons({ entry, install, adjust }: AddProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemAnswer | null>(null);
  const add = async () => {
    setBusy(true);
    const outcome = await install(entry.id, {});
    setBusy(false);
    if (!outcome.ok) setProblem(outcome.problem);
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={add} aria-label={`Add ${entry.name}`}>
        {isBusy ? 'Adding…' : 'Add'}
      </button>
      {entry.parameters.length > 0 && (
        <button
          type="button"
          class="quiet"
          onClick={adjust}
          aria-label={`Adjust ${entry.name} before adding it`}
        >
          Adjust…
        </button>
      )}
      {problem && <Problem problem={problem} />}
    </>
  );
}
