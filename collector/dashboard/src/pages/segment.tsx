import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type {
  CountAnswer,
  MemberAnswer,
  ProblemAnswer,
  SegmentAnswer,
  StreamMessage,
} from '../../../src/query/answers.ts';
import { announce } from '../announce.ts';
import { useAnswer, usePages } from '../answer.ts';
import { call } from '../api.ts';
import { Answered } from '../parts/answered.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { InkBlot } from '../parts/ink-blot.tsx';
import { Json } from '../parts/json.tsx';
import { LiveNumber } from '../parts/live-number.tsx';
import { MembersTable } from '../parts/members-table.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { SegmentState } from '../parts/segment-state.tsx';
import { Time } from '../parts/time.tsx';
import { mayChange } from '../session.ts';
import { useFresh } from '../stream.ts';
import { peopleWords } from '../words.ts';

/** Members of one page of the table. */
const MEMBERS_PER_PAGE = 50;

/** One segment: what it means, how many are in it, who they are. */
export function SegmentPage({ id }: { readonly id: string }) {
  const path = `/v1/segments/${encodeURIComponent(id)}`;
  const segment = useAnswer<SegmentAnswer>(path);
  const count = useAnswer<CountAnswer>(`${path}/count`);
  const members = usePages<MemberAnswer>(`${path}/members?limit=${MEMBERS_PER_PAGE}`);
  const isBuilding = segment.answer.kind === 'ready' && segment.answer.value.status === 'building';
  useReloads(id, [segment.reload, count.reload, members.reload]);
  const known = segment.answer.kind === 'ready' ? segment.answer.value : undefined;
  const size = count.answer.kind === 'ready' ? count.answer.value.count : known?.size;
  useSpokenSize(known?.name, size);
  return (
    <Page
      title={known?.name ?? 'Segment'}
      lead={known?.words}
      actions={known && mayChange() && <DeleteButton segment={known} />}
    >
      <Answered answer={segment.answer} reload={segment.reload} lines={2}>
        {(value) => <Summary segment={value} size={size ?? value.size} />}
      </Answered>
      {known && (
        <section aria-labelledby="members">
          <h2 id="members">Members</h2>
          <Answered answer={members.answer} reload={members.reload} lines={8}>
            {(people) =>
              people.length === 0 ? (
                <NoMembers isBuilding={isBuilding} />
              ) : (
                <MembersTable members={people} segment={id} />
              )
            }
          </Answered>
          <MoreButton more={members.more}>Show more members</MoreButton>
        </section>
      )}
      {known && <DefinitionDetails segment={known} />}
    </Page>
  );
}

function useReloads(id: string, reloads: readonly (() => void)[]): void {
  const reloadAll = useCallback(() => {
    for (const reload of reloads) reload();
  }, reloads);
  const concerns = useCallback(
    (message: StreamMessage) => 'segment' in message && message.segment.id === id,
    [id],
  );
  useFresh(reloadAll, concerns);
}

function Summary({ segment, size }: { readonly segment: SegmentAnswer; readonly size: number }) {
  return (
    <div class="summary">
      <InkBlot id={segment.id} share={1} />
      <p class="figure">
        <LiveNumber value={size} />
        <span class="unit">{size === 1 ? 'person now' : 'people now'}</span>
      </p>
      <div class="summary-text">
        {segment.description !== undefined && <p>{segment.description}</p>}
        <SegmentState segment={segment} />
        <p class="fine">
          Made <Time at={segment.createdAt} />, version {segment.version}
          {segment.updatedAt !== segment.createdAt && (
            <>
              , changed <Time at={segment.updatedAt} />
            </>
          )}
        </p>
      </div>
    </div>
  );
}

function NoMembers({ isBuilding }: { readonly isBuilding: boolean }) {
  return (
    <Empty title={isBuilding ? 'Looking at past visitors' : 'Nobody is in it now'}>
      <p>
        {isBuilding
          ? 'Members appear here as soon as everybody was looked at once.'
          : 'People appear here the moment they match. To see why somebody does not, find them by the search above and ask “Why not?”.'}
      </p>
    </Empty>
  );
}

function DefinitionDetails({ segment }: { readonly segment: SegmentAnswer }) {
  const { id, name, description, kind, who, tags } = segment;
  const definition = { id, name, description, kind, who, if: segment.if, tags };
  return (
    <details class="definition">
      <summary>Definition as JSON</summary>
      <Json value={definition} label="Definition" />
    </details>
  );
}

function DeleteButton({ segment }: { readonly segment: SegmentAnswer }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Delete…
      </button>
      {isAsking && (
        <Dialog title={`Delete ${segment.name}?`} onClose={() => setAsking(false)}>
          {(close) => <DeleteForm segment={segment} close={close} />}
        </Dialog>
      )}
    </>
  );
}

interface DeleteProps {
  readonly segment: SegmentAnswer;
  readonly close: () => void;
}

function DeleteForm({ segment, close }: DeleteProps) {
  const { route } = useLocation();
  const [problem, setProblem] = useState<ProblemAnswer | null>(null);
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    const path = `/v1/segments/${encodeURIComponent(segment.id)}`;
    const outcome = await call<undefined>(path, { method: 'DELETE' });
    setBusy(false);
    if (!outcome.ok) return setProblem(outcome.problem);
    close();
    announce(`${segment.name} was deleted`);
    route('/', true);
  };
  return (
    <div class="stacked">
      <p>
        The segment goes, and with it who is in it. People and their events stay, so that the same
        definition gathers the same people again.
      </p>
      {problem && <Problem problem={problem} />}
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={close}>
          Keep it
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={remove}>
          Delete segment
        </button>
      </div>
    </div>
  );
}

function useSpokenSize(name: string | undefined, size: number | undefined): void {
  const known = useRef(size);
  useEffect(() => {
    const before = known.current;
    known.current = size;
    if (name === undefined || size === undefined || before === undefined || before === size) return;
    announce(`${name}: ${peopleWords(size)}`);
  }, [name, size]);
}
