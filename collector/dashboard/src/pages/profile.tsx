import { useCallback, useMemo } from 'preact/hooks';
import type {
  EventAnswer,
  ExplainAnswer,
  Page as ListPage,
  ProfileAnswer,
  ProfileScoreAnswer,
  StreamMessage,
} from '../../../src/query/answers.ts';
import { useAnswer, usePages } from '../answer.ts';
import { evidenceOf } from '../explanation.ts';
import { Answered } from '../parts/answered.tsx';
import { Identity } from '../parts/identity.tsx';
import { Memberships } from '../parts/memberships.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { Scores } from '../parts/scores.tsx';
import { Time } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { personDetail, personName } from '../person.ts';
import { useFresh } from '../stream.ts';

interface Props {
  /** Any id of the person. */
  readonly id: string;
  /** The segment whose explanation is open. */
  readonly why: string | undefined;
}

/** One person: who they are, which segments they are in and why, what they did. */
export function ProfilePage({ id, why }: Props) {
  const path = `/v1/profiles/${encodeURIComponent(id)}`;
  const profile = useAnswer<ProfileAnswer>(path);
  const events = usePages<EventAnswer>(`${path}/events`);
  const explained = useAnswer<ExplainAnswer>(
    why === undefined ? undefined : `${path}/explain/${encodeURIComponent(why)}`,
  );
  const scores = useAnswer<ListPage<ProfileScoreAnswer>>(`${path}/scores?days=1`);
  const known = profile.answer.kind === 'ready' ? profile.answer.value : undefined;
  const explanation = explained.answer.kind === 'ready' ? explained.answer.value : undefined;
  useReloads(known?.id ?? id, [
    ...[profile.reload, events.reload, explained.reload, scores.reload],
  ]);
  const evidence = useMemo(
    () => new Set(explanation ? evidenceOf(explanation.tree).map(({ event }) => event) : []),
    [explanation],
  );
  const shown = events.answer.kind === 'ready' ? events.answer.value : [];
  const shownIds = useMemo(() => new Set(shown.map((event) => event.id)), [shown]);
  const name = known ? personName(known) : 'Person';
  return (
    <Page title={name} lead={known && <Lead profile={known} />}>
      <Answered answer={profile.answer} reload={profile.reload} lines={10}>
        {(value) => (
          <div class="profile">
            <div class="profile-side">
              <Memberships
                profile={value}
                name={name}
                why={why}
                explained={explained}
                shownIds={shownIds}
              />
              <Scores scores={scores} />
              <Identity profile={value} />
            </div>
            <section class="profile-main" aria-labelledby="timeline">
              <h2 id="timeline">Timeline</h2>
              <Answered answer={events.answer} reload={events.reload} lines={12}>
                {(all) => (
                  <Timeline events={all} evidence={evidence} reason={explanation?.segment.name} />
                )}
              </Answered>
              <MoreButton more={events.more}>Show earlier events</MoreButton>
            </section>
          </div>
        )}
      </Answered>
    </Page>
  );
}

function Lead({ profile }: { readonly profile: ProfileAnswer }) {
  const detail = personDetail(profile);
  return (
    <>
      {detail !== undefined && `${detail} · `}
      First seen <Time at={profile.firstSeen} /> · last seen <Time at={profile.lastSeen} />
    </>
  );
}

/** All that the page shows may change with an event of this person or an entry or exit of theirs. */
function useReloads(id: string, reloads: readonly (() => void)[]): void {
  const reloadAll = useCallback(() => {
    for (const reload of reloads) reload();
  }, reloads);
  const concerns = useCallback(
    (message: StreamMessage) =>
      message.type === 'event' ? message.event.profile === id : message.profile.id === id,
    [id],
  );
  useFresh(reloadAll, concerns);
}
