import { useEffect } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { announced } from './announce.ts';
import { InstallPage } from './pages/install.tsx';
import { LivePage } from './pages/live.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { ProfilePage } from './pages/profile.tsx';
import { ProfilesPage } from './pages/profiles.tsx';
import { SegmentPage } from './pages/segment.tsx';
import { SegmentsPage } from './pages/segments.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { Header } from './parts/header.tsx';
import { Page } from './parts/page.tsx';
import { Problem } from './parts/problem.tsx';
import { session } from './session.ts';
import { openSession } from './sign-in.ts';
import { openStream } from './stream.ts';

/** Our own addresses; links to others, such as the API's reference, leave the page. */
const OWN_ADDRESSES = /^\/(?:$|[?#]|(?:segments|profiles|live|install)(?:$|[/?#]))/;

/** The whole page: who is there decides what is shown. */
export function App() {
  useEffect(() => {
    void openSession();
  }, []);
  const now = session.value;
  switch (now.kind) {
    case 'opening':
      return <main class="opening" aria-busy="true" />;
    case 'unreachable':
      return (
        <Page title="No connection">
          <Problem problem={now.problem} onRetry={openSession} />
        </Page>
      );
    case 'signed-out':
      return <SignInPage expired={now.expired} />;
    case 'signed-in':
      return (
        <LocationProvider scope={OWN_ADDRESSES}>
          <SignedIn />
        </LocationProvider>
      );
  }
}

function SignedIn() {
  useEffect(openStream, []);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <Router onRouteChange={focusPage}>
        <Route path="/" component={SegmentsPage} />
        <Route path="/segments" component={SegmentsPage} />
        <Route path="/segments/:id" component={OneSegment} />
        <Route path="/profiles" component={ProfilesPage} />
        <Route path="/profiles/:id" component={OneProfile} />
        <Route path="/live" component={LivePage} />
        <Route path="/install" component={InstallPage} />
        <Route default component={NotFoundPage} />
      </Router>
      <p class="sr-only" role="status">
        {announced}
      </p>
    </>
  );
}

/** The key makes another segment another page, with nothing left of the one before. */
function OneSegment({ id }: { readonly id: string }) {
  return <SegmentPage key={id} id={id} />;
}

function OneProfile({ id }: { readonly id: string }) {
  const { query } = useLocation();
  return <ProfilePage key={id} id={id} why={query.why} />;
}

/** A new page begins at its top, for the eye and for the keyboard. */
function focusPage(): void {
  document.getElementById('main')?.focus({ preventScroll: true });
}
