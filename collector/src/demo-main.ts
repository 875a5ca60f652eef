/** `npm run demo`: fills a site of its own with made-up visitors; `-- --remove` takes it away. */
import { parseArgs } from 'node:util';
import { DemoProblem, type Filled, fillDemo, removeDemo } from './demo/fill.ts';
import { originOf } from './origin.ts';
import { readSettings } from './settings.ts';

const KEY_MISSING = `Set SECRET_KEY to the secret key that the first start printed:
  SECRET_KEY=sk_… npm run demo`;

process.exitCode = await run().catch((error: unknown) => {
  const isTold = error instanceof DemoProblem || error instanceof TypeError;
  process.stderr.write(`${isTold ? error.message : String(error)}\n`);
  return 1;
});

async function run(): Promise<number> {
  const { values } = parseArgs({ options: { remove: { type: 'boolean', default: false } } });
  const settings = readSettings(process.env);
  const { secretKey } = settings;
  if (secretKey === undefined) throw new DemoProblem(KEY_MISSING);
  const host = originOf(settings);
  const collector = { host, secretKey };
  if (values.remove) {
    const wasThere = await removeDemo(collector);
    process.stdout.write(wasThere ? 'The demo is removed.\n' : 'There is no demo to remove.\n');
    return 0;
  }
  process.stdout.write(told(host, await fillDemo(collector, Date.now())));
  return 0;
}

function told(host: string, { secretKey, events, segments }: Filled): string {
  const sizes = [...segments].sort((a, b) => b.size - a.size);
  return `
  ${events} made-up events of the last 30 days are in a site of their own.

${sizes.map(({ name, size }) => `    ${String(size).padStart(4)}  ${name}`).join('\n')}

  Look at them   ${host}/
                 Sign out there if you are signed in, then sign in with this key:
                 ${secretKey}
  Begin with     ${host}/segments/pricing-returners
                 Who came back, since when and why; below, who is one visit short.
  Remove it      npm run demo -- --remove
`;
}
