import { type Person, personDetail, personName } from '../person.ts';

interface Props {
  readonly person: Person;
  /** Opens the person's page with the reason why they are in this segment, or not. */
  readonly why?: string;
}

/** A person's name, leading to their page, and what tells them from namesakes. */
export function PersonLink({ person, why }: Props) {
  const detail = personDetail(person);
  const query = why === undefined ? '' : `?why=${encodeURIComponent(why)}`;
  return (
    <>
      <a class="person" href={`/profiles/${encodeURIComponent(person.id)}${query}`}>
        {personName(person)}
      </a>
      {detail !== undefined && <span class="person-detail">{detail}</span>}
    </>
  );
}
