import { useId } from 'preact/hooks';
import type { Page, ProfileScoreAnswer, ScorePartAnswer } from '../../../src/query/answers.ts';
import type { Answer } from '../answer.ts';
import { pointsWords } from '../points.ts';
import { Answered } from './answered.tsx';
import { Time } from './time.tsx';

interface Props {
  readonly scores: {
    readonly answer: Answer<Page<ProfileScoreAnswer>>;
    readonly reload: () => void;
  };
}

/** What a person's scores are, and every point with the events that it was given for. */
export function Scores({ scores: { answer, reload } }: Props) {
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">Scores</h2>
      <Answered answer={answer} reload={reload} lines={3}>
        {({ data }) => (
          <ul class="scores">
            {data.map((score) => (
              <li key={score.id}>
                <Score score={score} />
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}

function Score({ score }: { readonly score: ProfileScoreAnswer }) {
  const nameId = useId();
  const { name, value, max, band, changesAt, parts } = score;
  const giving = parts.filter(({ rules, raw }) => rules.length > 0 || raw !== 0);
  return (
    <>
      <p class="score">
        <span id={nameId} class="score-name">
          {name}
        </span>
        <strong>
          {pointsWords(value)}
          <span class="unit"> of {max}</span>
        </strong>
        <span class="kind">{band.name}</span>
      </p>
      <meter class="score-meter" min={0} max={max} value={value} aria-labelledby={nameId} />
      {changesAt !== undefined && (
        <p class="fine score-lapses">
          If nothing more happens, another band in <Time at={changesAt} as="countdown" />
        </p>
      )}
      {giving.map((part) => (
        <Part key={part.id} part={part} />
      ))}
    </>
  );
}

function Part({ part: { name, raw, capped, cap, rules } }: { readonly part: ScorePartAnswer }) {
  return (
    <details class="score-part">
      <summary>
        {name}
        <span>
          {pointsWords(capped)}
          {raw !== capped && (
            <span class="unit">
              {' '}
              of {pointsWords(raw)}, at most {cap}
            </span>
          )}
        </span>
      </summary>
      <ul>
        {rules.map((rule) => (
          <li key={rule.id}>
            {rule.name} <span class="unit">{pointsWords(rule.points)}</span>
            <ol class="fine">
              {rule.events.map(({ event, words, timestamp, points }) => (
                <li key={event}>
                  {words}, <Time at={timestamp} /> ({pointsWords(points)})
                </li>
              ))}
              {rule.count > rule.events.length && (
                <li>and {rule.count - rule.events.length} more</li>
              )}
            </ol>
          </li>
        ))}
      </ul>
    </details>
  );
}
