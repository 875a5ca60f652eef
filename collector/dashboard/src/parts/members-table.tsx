import type { MemberAnswer } from '../../../src/query/answers.ts';
import { PersonLink } from './person-link.tsx';
import { Time } from './time.tsx';

interface Props {
  readonly members: readonly MemberAnswer[];
  /** The segment's id: a member's page opens with the reason why they are in it. */
  readonly segment: string;
}

/** Who is in a segment, since when, and until when if nothing more happens. */
export function MembersTable({ members, segment }: Props) {
  return (
    <table class="people">
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">In it since</th>
          <th scope="col">Lapses in</th>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <tr key={member.id}>
            <td>
              <PersonLink person={member} why={segment} />
            </td>
            <td>
              <Time at={member.enteredAt} />
            </td>
            <td>
              {member.leavesAt === undefined ? (
                <span class="fine">does not lapse</span>
              ) : (
                <Time at={member.leavesAt} as="countdown" />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
