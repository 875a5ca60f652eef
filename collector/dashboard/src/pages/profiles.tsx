import { useLocation } from 'preact-iso';
import type { ProfileAnswer } from '../../../src/query/answers.ts';
import { usePages } from '../answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Page } from '../parts/page.tsx';
import { PersonLink } from '../parts/person-link.tsx';
import { Time } from '../parts/time.tsx';

/** Segments named in a row; the person's page has them all. */
const SEGMENTS_NAMED_MAX = 2;

/** People, latest activity first, or those that a search finds. */
export function ProfilesPage() {
  const { q: asked = '' } = useLocation().query;
  const path = `/v1/profiles${asked === '' ? '' : `?q=${encodeURIComponent(asked)}`}`;
  const { answer, reload, more } = usePages<ProfileAnswer>(path);
  return (
    <Page
      title={asked === '' ? 'People' : `People like “${asked}”`}
      lead={asked === '' ? 'Latest activity first.' : undefined}
    >
      <Answered answer={answer} reload={reload} lines={8}>
        {(people) =>
          people.length === 0 ? <Nobody asked={asked} /> : <PeopleTable people={people} />
        }
      </Answered>
      <MoreButton more={more}>Show more people</MoreButton>
    </Page>
  );
}

function PeopleTable({ people }: { readonly people: readonly ProfileAnswer[] }) {
  return (
    <table class="people with-segments">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Last seen</th>
          <th scope="col">Segments</th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <td>
              <PersonLink person={person} />
            </td>
            <td>
              <Time at={person.lastSeen} />
            </td>
            <td>{segmentWords(person)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function segmentWords({ segments }: ProfileAnswer): string {
  const named = segments.slice(0, SEGMENTS_NAMED_MAX).map(({ name }) => name);
  const rest = segments.length - named.length;
  if (named.length === 0) return 'None';
  return rest === 0 ? named.join(', ') : `${named.join(', ')} and ${rest} more`;
}

function Nobody({ asked }: { readonly asked: string }) {
  if (asked === '') {
    return (
      <Empty title="Nobody has come yet">
        <p>
          People appear with their first event. <a href="/install">Install the script</a> to see
          yourself here.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nobody found">
      <p>
        The search looks at user ids, anonymous ids and traits such as the e-mail. Try a part of
        one, or look at <a href="/profiles">everybody</a>.
      </p>
    </Empty>
  );
}
