import type { ProfileAnswer } from '../../../src/query/answers.ts';
import { shortId } from '../person.ts';
import { valueWords } from '../words.ts';

/** What is known of a person: traits, and the ids by which they were met. */
export function Identity({ profile }: { readonly profile: ProfileAnswer }) {
  const traits = Object.entries(profile.traits).filter(([, value]) => value !== undefined);
  return (
    <>
      <section aria-labelledby="traits">
        <h2 id="traits">Traits</h2>
        {traits.length === 0 ? (
          <p class="fine">None known. They come with the first “identify”.</p>
        ) : (
          <dl class="facts">
            {traits.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{valueWords(value)}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <section aria-labelledby="ids">
        <h2 id="ids">Known as</h2>
        <dl class="facts ids">
          {profile.userId !== undefined && (
            <div>
              <dt>User id</dt>
              <dd>
                <code>{profile.userId}</code>
              </dd>
            </div>
          )}
          {profile.anonymousIds.map((id) => (
            <div key={id}>
              <dt>Browser {shortId(id)}</dt>
              <dd>
                <code>{id}</code>
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
