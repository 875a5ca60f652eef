import { Page } from '../parts/page.tsx';

/** An address that is none of ours. */
export function NotFoundPage() {
  return (
    <Page title="Nothing here" lead="This address leads to no page.">
      <p>
        Go to your <a href="/">segments</a>, or look for a <a href="/profiles">person</a>.
      </p>
    </Page>
  );
}
