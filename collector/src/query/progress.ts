/** How far the back-fill of a definition is, as its row says. */
interface Filled {
  readonly profilesDone: number | null;
  readonly profilesTotal: number;
}

/** What there is to say of a definition that everybody is, or was, looked at for. */
export function progressOf({ profilesDone, profilesTotal }: Filled): {
  readonly status: 'building' | 'live';
  /** Share of profiles looked at, 0 to 1. */
  readonly progress: number;
} {
  if (profilesDone === null) return { status: 'live', progress: 1 };
  return { status: 'building', progress: Math.min(1, profilesDone / Math.max(1, profilesTotal)) };
}
