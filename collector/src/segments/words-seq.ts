import type { Idle, Seq } from './definition.ts';
import { durationWords } from './duration.ts';
import { deedWords, thingWords } from './words-event.ts';
import { listed } from './words-test.ts';
import { windowWords } from './words-window.ts';

/** "Checkout Started and then no Order Completed for 1 hour, within 7 days". */
export function seqWords({ seq, within, same }: Seq): string {
  const parts: string[] = [];
  let between = '';
  for (const step of seq) {
    if ('no' in step) {
      const thing = thingWords({ event: step.no, where: step.where });
      if (step.for === undefined) between = ` with no ${thing} in between`;
      else parts.push(`no ${thing} for ${durationWords(step.for)}`);
    } else {
      const soon = step.within === undefined ? '' : `within ${durationWords(step.within)} `;
      parts.push(`${soon}${deedWords({ event: step.did, where: step.where })}${between}`);
      between = '';
    }
  }
  const alike = same === undefined ? '' : `, with the same ${listed(same, 'and')}`;
  const window = within === undefined ? '' : `, ${windowWords(within)}`;
  return parts.join(' and then ') + alike + window;
}

/** "idle for 30 days", "no Order Completed for 30 days or ever". */
export function idleWords({ idle, of, where, never }: Idle): string {
  const long = `for ${durationWords(idle)}`;
  if (of === undefined) return `idle ${long}`;
  const thing = thingWords({ event: of, where });
  switch (never) {
    case 'include':
      return `no ${thing} ${long} or ever`;
    case 'exclude':
      return `no ${thing} ${long} since the last one`;
    default:
      return `no ${thing} ${long}`;
  }
}
