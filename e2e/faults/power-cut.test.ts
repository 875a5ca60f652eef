import { describe, expect, test } from 'vitest';
import { createCollector } from '../collector.ts';
import { createDisk, whyNoDisk } from './disk.ts';
import { defineSegments, startLoad } from './load.ts';
import { expectFoundOut, NOT_ON_DISK, type Sabotage, settingsOf } from './sabotages.ts';
import { type Finding, findingsOf } from './verdict.ts';

const CUTS = Number(process.env.FAULT_RUNS ?? 3);
const BATCHES_BEFORE_CUT = 30;
const why = whyNoDisk();

/** Cuts the power under load, again and again, until something is wrong. */
async function cutPower(sabotage?: Sabotage): Promise<readonly Finding[]> {
  const disk = await createDisk();
  const collector = await createCollector({ ...disk.settings, ...settingsOf(sabotage) });
  try {
    await collector.start();
    await defineSegments(collector);
    for (let cut = 0; cut < CUTS; cut += 1) {
      const load = startLoad(collector, { name: `cut${cut}` });
      await load.taken(BATCHES_BEFORE_CUT);
      await collector.kill();
      disk.cutPower();
      try {
        await collector.start();
      } catch {
        await load.abandon();
        return ['it does not start'];
      }
      await load.stop();
      const findings = await findingsOf(collector, disk.path, load.told);
      if (findings.length > 0) return findings;
    }
    return [];
  } finally {
    await collector.kill();
    await collector.remove();
    await disk.remove();
  }
}

describe.skipIf(why !== undefined)(`a power cut${why === undefined ? '' : `: ${why}`}`, () => {
  test('loses nothing that was acknowledged, and doubles nothing', async () => {
    expect(await cutPower()).toEqual([]);
  });

  test.each(NOT_ON_DISK)('finds out a collector that $name', async (sabotage) => {
    const findings = await cutPower(sabotage);
    expectFoundOut(findings, sabotage);
  });
});
