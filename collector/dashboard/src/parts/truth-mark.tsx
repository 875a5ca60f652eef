interface Props {
  readonly holds: boolean;
  /** What screen readers say for true and for false. */
  readonly words?: readonly [yes: string, no: string];
}

/** True is a filled drop with a tick, false an empty ring with a cross: told apart without colour. */
export function TruthMark({ holds, words = ['Holds:', 'Does not hold:'] }: Props) {
  return (
    <>
      <svg
        class={holds ? 'mark yes' : 'mark no'}
        viewBox="0 0 20 20"
        width="20"
        height="20"
        aria-hidden="true"
      >
        <circle cx="10" cy="10" r="8.5" />
        <path d={holds ? 'M6 10.300l2.7 2.700L14 7.2' : 'M7 7l6 6M13 7l-6 6'} />
      </svg>
      <span class="sr-only">{holds ? words[0] : words[1]} </span>
    </>
  );
}
