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
          {node.op === 'did' && (
            <p class="fine">
              Counted {countWords(node.count)}
              {node.atLeast && ' or more'}
              {node.changesAt !== undefined && (
                <>
                  {' · '}
                  {node.true ? 'lapses in' : 'changes in'}{' '}
                  <Time at={node.changesAt} as="countdown" />
                </>
              )}
            </p>
          )}
          {node.op === 'did' && <EvidenceList evidence={node.evidence} shownIds={shownIds} />}
        </div>
      </div>
    </li>
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
