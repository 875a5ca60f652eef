import type { Evidence, ExplainAnswer, ExplainNode } from '../../../src/query/answers.ts';
import { combinationWords, missingOf } from '../explanation.ts';
import { countWords } from '../words.ts';
import { Time } from './time.tsx';
import { TruthMark } from './truth-mark.tsx';

/** Evidence shown at once; the rest opens. */
const EVIDENCE_SHOWN = 3;

interface Props {
  readonly explanation: ExplainAnswer;
  readonly name: string;
  readonly shownIds: ReadonlySet<string>;
}

/** Why somebody is in a segment or not: the verdict, what is missing, and every condition. */
export function Explanation({ explanation, name, shownIds }: Props) {
  const { segment, member, changesAt, tree } = explanation;
  const missing = missingOf(tree);
  return (
    <>
      <p class="verdict">
        <TruthMark holds={member} words={['Yes:', 'No:']} />
        <span>
          {name} is {member ? 'in' : 'not in'} {segment.name}.
          {changesAt !== undefined && (
            <>
              {' '}
              {member ? 'This lapses in' : 'This changes by itself in'}{' '}
              <Time at={changesAt} as="countdown" /> if nothing more happens.
            </>
          )}
        </span>
      </p>
      {missing.length > 0 && (
        <p class="missing">
          <strong>Missing:</strong> {missing.join('; ')}
        </p>
      )}
      <ul class="tree">
        <Node node={tree} shownIds={shownIds} />
      </ul>
    </>
  );
}

interface NodeProps {
  readonly node: ExplainNode;
  readonly shownIds: ReadonlySet<string>;
}

function Node({ node, shownIds }: NodeProps) {
  if ('children' in node) {
    return (
      <li>
        <p class="condition">
          <TruthMark holds={node.true} />
          <span class="combination">{combinationWords(node.op)}</span>
        </p>
        <ul>
          {node.children.map((child, index) => (
            // Conditions have no ids, and their order is the definition's.
            <Node key={index} node={child} shownIds={shownIds} />
          ))}
        </ul>
      </li>
    );
  }
  return (
    <li>
      <div class="condition">
        <TruthMark holds={node.true} />
        <div>
          <p>{node.words}</p>
          <Figures node={node} />
          <EvidenceList evidence={node.evidence} shownIds={shownIds} />
        </div>
      </div>
    </li>
  );
}

/** What was counted or found, and until when the answer stands. */
function Figures({
  node,
}: {
  readonly node: Exclude<ExplainNode, { readonly children: unknown }>;
}) {
  const { count, atLeast, value, changesAt } = node;
  if (count === undefined && value === undefined && changesAt === undefined) return null;
  return (
    <p class="fine">
      {count !== undefined && `Counted ${countWords(count)}${atLeast ? ' or more' : ''}`}
      {value !== undefined &&
        `${count === undefined ? 'It is' : ', in all'} ${JSON.stringify(value)}`}
      {changesAt !== undefined && (
        <>
          {(count !== undefined || value !== undefined) && ' · '}
          {node.true ? 'lapses in' : 'changes in'} <Time at={changesAt} as="countdown" />
        </>
      )}
    </p>
  );
}

interface EvidenceProps {
  readonly evidence: readonly Evidence[];
  readonly shownIds: ReadonlySet<string>;
}

function EvidenceList({ evidence, shownIds }: EvidenceProps) {
  const rest = evidence.slice(EVIDENCE_SHOWN);
  const items = (some: readonly Evidence[]) =>
    some.map((each) => (
      <li key={each.event}>
        {shownIds.has(each.event) ? (
          <a href={`#event-${each.event}`}>{each.words}</a>
        ) : (
          <span>{each.words}</span>
        )}{' '}
        <Time at={each.timestamp} />
      </li>
    ));
  if (evidence.length === 0) return null;
  return (
    <>
      <ul class="evidence">{items(evidence.slice(0, EVIDENCE_SHOWN))}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} earlier</summary>
          <ul class="evidence">{items(rest)}</ul>
        </details>
      )}
    </>
  );
}
