const DAY_MS = 86_400_000;

/** Names the calendar day of an instant; two instants share a name exactly if they share a day. */
export type DayOf = (atMs: number) => string;

export const dayOfUtc: DayOf = (atMs) => String(Math.floor(atMs / DAY_MS));

/** Calendar days of an IANA time zone. Throws a RangeError for a zone that `Intl` does not know. */
export function dayOf(timeZone: string): DayOf {
  if (timeZone === 'UTC') return dayOfUtc;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (atMs) => format.format(atMs);
}
