/** The page that a soak leaves behind. */
import { describeMachine } from './machine.ts';
import { EVENTS_PER_REQUEST, type Soak, type SoakSize, type Stretch } from './soak.ts';
import { columns, median } from './table.ts';

/** Memory of the last quarter beside that of the second: more than this and it grows. */
export const GROWTH_MAX = 1.1;

export function soakReport(soak: Soak, size: SoakSize, loadAverages: readonly number[]): string {
  const { full, half, soaked } = soak;
  const lines = soaked.map((stretch, index) => {
    const untilMs = (index + 1) * size.stretchMs;
    return [
      untilMs < 60_000 ? `${untilMs / 1_000} s` : `${untilMs / 60_000} min`,
      ...cells(stretch),
    ];
  });
  return [
    'How steady the collector is: every ready-made segment and the lead score live, on disk when acknowledged',
    '',
    ...describeMachine(),
    `load average before and after: ${loadAverages.map((each) => each.toFixed(1)).join(' ')}`,
    `batches of ${EVENTS_PER_REQUEST}; "full": 64 connections, each sending as soon as it is answered; "half": at half of that`,
    `speed, whatever the answers do; then ${size.soakEventsPerS} events/s for ${size.soakMs / 60_000} minutes`,
    '"commit": how long a transaction with events takes; "loop": delay of the event loop of the thread that',
    'answers; "memory": resident set of the process',
    '',
    ...columns([
      [
        '',
        'events/s',
        'p50 ms',
        'p99 ms',
        'most ms',
        'commit ms',
        'loop p99 ms',
        'memory MiB',
        'file MiB',
      ],
      ['full', ...cells(full)],
      ['half', ...cells(half)],
      ...lines,
    ]),
    '',
    `p99 at half of the load: ${(half.p99Ms / half.commitMs).toFixed(1)} times a commit`,
    `memory of the last quarter beside that of the second: ${growthOf(soaked).toFixed(2)}`,
    '',
    ...(soak.faults.length > 0
      ? ['WRONG', ...soak.faults]
      : ['Every acknowledged event was stored exactly once.']),
    '',
  ].join('\n');
}

/** How many times as large the memory is in the last quarter of a soak as in the second. */
export function growthOf(soaked: readonly Stretch[]): number {
  const quarter = Math.max(1, Math.floor(soaked.length / 4));
  const memory = (from: number) =>
    median(soaked.slice(from, from + quarter).map(({ memoryMiB }) => memoryMiB)) ?? Number.NaN;
  return memory(soaked.length - quarter) / memory(quarter);
}

function cells(stretch: Stretch): readonly string[] {
  const { eventsPerS, p50Ms, p99Ms, maxMs, commitMs, loopP99Ms, memoryMiB, fileMiB } = stretch;
  const tenths = [p50Ms, p99Ms, maxMs, commitMs, loopP99Ms].map((each) => each.toFixed(1));
  const wholes = [memoryMiB, fileMiB].map((each) => each.toFixed(0));
  return [Math.round(eventsPerS).toLocaleString('en'), ...tenths, ...wholes];
}
