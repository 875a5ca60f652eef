import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import type {
  ExplainAnswer,
  MembershipAnswer,
  Page,
  ProfileAnswer,
  SegmentAnswer,
} from '../../../src/query/answers.ts';
import { type Answer, useAnswer } from '../answer.ts';
import { Answered } from './answered.tsx';
import { Explanation } from './explanation.tsx';
import { Time } from './time.tsx';

interface Props {
  readonly profile: ProfileAnswer;
  readonly name: string;
  readonly why: string | undefined;
  readonly explained: { readonly answer: Answer<ExplainAnswer>; readonly reload: () => void };
  /** Events that the timeline shows, to which evidence can link. */
  readonly shownIds: ReadonlySet<string>;
}

/** The segments that somebody is in, each with its reason, and the question why not another. */
export function Memberships({ profile, name, why, explained, shownIds }: Props) {
  const isOther = why !== undefined && profile.segments.every(({ id }) => id !== why);
  const reason = (
    <div id="reason" class="reason">
      <Answered answer={explained.answer} reload={explained.reload} lines={5}>
        {(value) => <Explanation explanation={value} name={name} shownIds={shownIds} />}
      </Answered>
    </div>
  );
  return (
    <section aria-labelledby="segments">
      <h2 id="segments">Segments</h2>
      {profile.segments.length === 0 && <p class="fine">In none at the moment.</p>}
      <ul class="memberships">
        {profile.segments.map((membership) => (
          <Membership key={membership.id} membership={membership} isOpen={membership.id === why}>
            {reason}
          </Membership>
        ))}
      </ul>
      <WhyNot profile={profile} why={isOther ? why : undefined} />
      {isOther && reason}
    </section>
  );
}

interface MembershipProps {
  readonly membership: MembershipAnswer;
  readonly isOpen: boolean;
  /** The reason, shown while it is open. */
  readonly children: ComponentChildren;
}

function Membership({ membership, isOpen, children }: MembershipProps) {
  const ask = useWhy();
  const { id, name, enteredAt, leavesAt } = membership;
  return (
    <li>
      <div class="membership">
        <a href={`/segments/${encodeURIComponent(id)}`}>{name}</a>
        <button
          type="button"
          class="why"
          aria-expanded={isOpen}
          aria-label={`Why in ${name}?`}
          onClick={() => ask(isOpen ? undefined : id)}
        >
          Why?
        </button>
        <p class="fine">
          Since <Time at={enteredAt} />
          {leavesAt !== undefined && (
            <>
              , lapses in <Time at={leavesAt} as="countdown" />
            </>
          )}
        </p>
      </div>
      {isOpen && children}
    </li>
  );
}

interface WhyNotProps {
  readonly profile: ProfileAnswer;
  readonly why: string | undefined;
}

/** Asks about a segment that they are not in. */
function WhyNot({ profile, why }: WhyNotProps) {
  const ask = useWhy();
  const { answer } = useAnswer<Page<SegmentAnswer>>('/v1/segments');
  const all = answer.kind === 'ready' ? answer.value.data : [];
  const others = all.filter(({ id }) => profile.segments.every((each) => each.id !== id));
  if (others.length === 0) return null;
  return (
    <label class="why-not">
      <span>Why not in</span>
      <select value={why ?? ''} onChange={(event) => ask(event.currentTarget.value || undefined)}>
        <option value="">Choose a segment…</option>
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Opens the explanation of a segment, or closes it. It is in the address, so it can be shared. */
function useWhy(): (segment: string | undefined) => void {
  const { path, route } = useLocation();
  return (segment) => {
    const query = segment === undefined ? '' : `?why=${encodeURIComponent(segment)}`;
    route(`${path}${query}`, true);
  };
}
