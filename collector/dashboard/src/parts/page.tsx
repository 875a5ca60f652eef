import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface Props {
  /** Of the browser's window; the heading unless `heading` is given. */
  readonly title: string;
  readonly heading?: ComponentChildren;
  /** One sentence under the heading. */
  readonly lead?: ComponentChildren;
  /** Buttons beside the heading. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of every page: its title, its one main heading, its content. */
export function Page({ title, heading, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Inkling`;
  }, [title]);
  return (
    <main id="main" tabIndex={-1}>
      <header class="page-head">
        <div class="page-title">
          <h1>{heading ?? title}</h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
