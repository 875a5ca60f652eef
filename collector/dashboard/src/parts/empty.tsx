import type { ComponentChildren } from 'preact';

/** What stands where there is nothing yet: why, and the next step. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
