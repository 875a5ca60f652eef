import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { signOut } from '../sign-in.ts';
import { streamState } from '../stream.ts';
import { Logo } from './logo.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

const LINKS = [
  { href: '/', text: 'Segments', owns: ['/', '/segments'] },
  { href: '/profiles', text: 'People', owns: ['/profiles'] },
  { href: '/live', text: 'Live', owns: ['/live'] },
  { href: '/install', text: 'Install', owns: ['/install'] },
] as const;

/** Name, pages, search, and what concerns the reader: looks and leaving. */
export function Header() {
  const { path } = useLocation();
  return (
    <header class="top">
      <a class="brand" href="/">
        <Logo />
        Inkling
      </a>
      <nav aria-label="Pages">
        {LINKS.map(({ href, text, owns }) => {
          const isHere = owns.some(
            (own) => path === own || (path.startsWith(`${own}/`) && own !== '/'),
          );
          return (
            <a key={href} href={href} aria-current={isHere ? 'page' : undefined}>
              {text}
              {href === '/live' && <StreamDot />}
            </a>
          );
        })}
        <a href="/docs">API</a>
      </nav>
      <Search />
      <div class="top-actions">
        <ThemeToggle />
        <button type="button" class="quiet" onClick={signOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}

/** Filled while messages arrive, hollow while they do not. */
function StreamDot() {
  const isOpen = streamState.value === 'open';
  return (
    <>
      <span class={isOpen ? 'stream-dot open' : 'stream-dot'} aria-hidden="true" />
      {!isOpen && <span class="sr-only"> (not connected)</span>}
    </>
  );
}

/** Finds people by any id or trait; the results are a page of their own. */
function Search() {
  const { path, query, route } = useLocation();
  const { q = '' } = query;
  const input = useRef<HTMLInputElement>(null);
  const asked = path === '/profiles' ? q : '';
  useEffect(() => {
    if (input.current !== null) input.current.value = asked;
  }, [asked]);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    route(`/profiles?q=${encodeURIComponent(input.current?.value.trim() ?? '')}`);
  };
  return (
    <search class="search">
      <form onSubmit={search}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.300L14 14" />
        </svg>
        <input
          ref={input}
          type="search"
          name="q"
          aria-label="Find a person by id, e-mail or trait"
          placeholder="Find a person…"
          autocomplete="off"
          spellcheck={false}
        />
      </form>
    </search>
  );
}
