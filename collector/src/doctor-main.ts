/** `npm run doctor`: looks at everything that a collector needs, and says what to do; `--json` for programs. */
import { parseArgs } from 'node:util';
import { examine } from './doctor/examination.ts';
import { type Finding, inLines, problem } from './doctor/finding.ts';
import { readSettings } from './settings.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const findings = await look();
const isWell = findings.every(({ level }) => level !== 'problem');
const report = options.json
  ? `${JSON.stringify({ ok: isWell, findings }, null, 2)}\n`
  : inLines(findings);
process.stdout.write(report);
process.exitCode = isWell ? 0 : 1;

async function look(): Promise<readonly Finding[]> {
  try {
    return await examine(readSettings(process.env), Date.now());
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [
      problem(
        'settings',
        says.replaceAll(/\s+/g, ' '),
        'Correct them; nothing else was looked at.',
      ),
    ];
  }
}
