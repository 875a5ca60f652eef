/** `npm run restore -- <file>`: puts a backup in the place of the database; the collector must be stopped. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from './settings.ts';
import { filePathOf } from './store/open.ts';
import { type RestoreOutcome, restore } from './store/restore.ts';

const USAGE = 'Say which backup: npm run restore -- backups/inkling.db';

process.exitCode = await run().catch((error: unknown) =>
  refuse(error instanceof Error ? error.message : String(error)),
);

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'replace-unreadable': { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) return refuse(USAGE);
  const to = filePathOf(readSettings(process.env).databaseUrl);
  if (to === undefined) {
    return refuse('The database is on a server (DATABASE_URL): restore it there.');
  }
  const wish = {
    from: resolve(file),
    to: resolve(to),
    replaceUnreadable: values['replace-unreadable'],
    nowMs: Date.now(),
  };
  return tell(wish, await restore(wish));
}

function tell({ from, to }: { from: string; to: string }, outcome: RestoreOutcome): number {
  switch (outcome.kind) {
    case 'done': {
      const kept = outcome.aside === undefined ? '' : `; what was there is ${outcome.aside}`;
      process.stdout.write(`${to} is now ${from}${kept}\n`);
      return 0;
    }
    case 'missing':
      return refuse(`${from} is no file.`);
    case 'unfinished':
      return refuse(
        `${from} has a log beside it (-wal), so it is no backup but a database in use. Make a backup of it and restore that.`,
      );
    case 'damaged':
      return refuse(`${from} is damaged. Nothing was changed.\n${outcome.damages.join('\n')}`);
    case 'foreign':
      return refuse(`${from} is not a database of a collector. Nothing was changed.`);
    case 'newer':
      return refuse(`${from} was made by a later version. Update the collector first.`);
    case 'open':
      return refuse(`${to} is open: stop the collector first. Nothing was changed.`);
    case 'unreadable':
      return refuse(
        `${to} cannot be read (${outcome.why}), so nobody can tell whether a collector has it open. If none has, add --replace-unreadable. Nothing was changed.`,
      );
  }
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 1;
}
