import { describe, expect, test } from 'vitest';
import { createCollector } from '../collector.ts';
import { createDisk, type Disk, type Fault, whyNoDisk } from './disk.ts';
import { defineSegments, type Load, startLoad } from './load.ts';
import { DEAF, expectFoundOut, type Sabotage, settingsOf } from './sabotages.ts';
import { type Finding, findingsOf } from './verdict.ts';

const BATCHES_BEFORE_FAULT = 10;
const BATCHES_AFTER_FAULT = 10;
/** Of the k-th write or sync from a moment on, each k in turn. */
const FAILING_CALLS = Number(process.env.FAULT_RUNS ?? 12);
const why = whyNoDisk();

type Trouble = (disk: Disk, load: Load) => Promise<void>;

/** Lets a disk give trouble under load, and looks at what is there afterwards, also by power cut. */
async function findingsAfter(
  trouble: Trouble,
  sabotage?: Sabotage,
): Promise<{ readonly findings: readonly Finding[]; readonly load: Load }> {
  const disk = await createDisk();
  const collector = await createCollector({ ...disk.settings, ...settingsOf(sabotage) });
  try {
    await collector.start();
    await defineSegments(collector);
    const load = startLoad(collector, { name: 'v' });
    await load.taken(BATCHES_BEFORE_FAULT);
    await trouble(disk, load);
    await load.taken(BATCHES_AFTER_FAULT);
    await load.stop();
    const findings = await findingsOf(collector, disk.path, load.told);
    await collector.kill();
    disk.cutPower();
    await collector.start();
    return {
      load,
      findings: [...findings, ...(await findingsOf(collector, disk.path, load.told))],
    };
  } finally {
    await collector.kill();
    await collector.remove();
    await disk.remove();
  }
}

/** One call in turn after the other fails once, and the collector goes on in between. */
function failEach(fault: Omit<Fault, 'skip' | 'times'>): Trouble {
  return async (disk, load) => {
    for (let skip = 0; skip < FAILING_CALLS; skip += 1) {
      const { failed } = disk.seen();
      disk.fail({ ...fault, skip, times: 1 });
      while (disk.seen().failed === failed) await load.taken(1);
    }
    disk.heal();
  };
}

/** It takes nothing more for a while. */
const fill: Trouble = async (disk, load) => {
  disk.fail({ error: 'ENOSPC', kind: 'writes' });
  await load.answered(503);
  await load.answered(503);
  disk.heal();
};

describe.skipIf(why !== undefined)(`a disk${why === undefined ? '' : `: ${why}`}`, () => {
  test.each([
    { what: 'the k-th write', fault: { error: 'EIO', kind: 'writes' } },
    { what: 'the k-th sync', fault: { error: 'EIO', kind: 'syncs' } },
    { what: 'the k-th write, for want of room,', fault: { error: 'ENOSPC', kind: 'writes' } },
  ] as const)('on which $what fails costs nothing that was acknowledged', async ({ fault }) => {
    const { findings, load } = await findingsAfter(failEach(fault));
    expect(findings).toEqual([]);
    expect([200, 503]).toEqual(expect.arrayContaining([...load.told.statuses.keys()]));
  });

  test('that is full is told of with 503, and heals by itself when it has room', async () => {
    const { findings, load } = await findingsAfter(fill);
    expect(findings).toEqual([]);
    expect([...load.told.statuses.keys()].sort()).toEqual([200, 503]);
    expect(load.told.retryAfters).toBe(load.told.statuses.get(503));
  });

  test(`that fails finds out a collector that ${DEAF.name}`, async () => {
    const { findings } = await findingsAfter(async (disk, load) => {
      disk.fail({ error: 'ENOSPC', kind: 'writes' });
      await load.taken(BATCHES_BEFORE_FAULT);
      disk.heal();
    }, DEAF);
    expectFoundOut(findings, DEAF);
  });
});
