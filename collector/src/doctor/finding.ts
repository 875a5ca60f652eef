/** What one look at the collector found. */
export type Finding = {
  /** What was looked at; names do not change. */
  readonly check: Check;
  /** What is so. */
  readonly says: string;
} & (
  | { readonly level: 'ok' }
  /** `advice` says what to do: `warning` soon, `problem` now, since something does not work. */
  | { readonly level: 'warning' | 'problem'; readonly advice: string }
);

export type Check =
  | 'settings'
  | 'database'
  | 'schema'
  | 'log'
  | 'disk'
  | 'clock'
  | 'keys'
  | 'origins'
  | 'events'
  | 'retention'
  | 'server';

export function ok(check: Check, says: string): Finding {
  return { check, level: 'ok', says };
}

export function warning(check: Check, says: string, advice: string): Finding {
  return { check, level: 'warning', says, advice };
}

export function problem(check: Check, says: string, advice: string): Finding {
  return { check, level: 'problem', says, advice };
}

/** A line for each, and below it what to do about it. */
export function inLines(findings: readonly Finding[]): string {
  const lines = findings.flatMap((each) => {
    const line = `${each.level.padEnd(8)} ${each.check.padEnd(9)} ${each.says}`;
    return each.level === 'ok' ? [line] : [line, `${' '.repeat(19)}${each.advice}`];
  });
  return `${lines.join('\n')}\n`;
}
