interface Props {
  readonly label: string;
  /** Of the text itself, for those who select it. */
  readonly id?: string;
  readonly children: string;
}

/** Text to read exactly. Wide text scrolls by itself, so the keyboard must be able to reach it. */
export function Code({ label, id, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus.
    <section class="code" tabIndex={0} aria-label={label}>
      <pre id={id}>{children}</pre>
    </section>
  );
}
