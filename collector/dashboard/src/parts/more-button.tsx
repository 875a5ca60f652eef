/** Asks for the next page of a list; shows nothing at its end. */
export function MoreButton({
  more,
  children,
}: {
  readonly more: (() => void) | undefined;
  readonly children: string;
}) {
  if (more === undefined) return null;
  return (
    <button type="button" class="more" onClick={more}>
      {children}
    </button>
  );
}
