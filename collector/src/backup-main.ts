/** `npm run backup -- <file>`: copies the database into a new file, also while the collector runs. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSettings } from './settings.ts';
import { type BackUpOutcome, backUp } from './store/backup.ts';
import { filePathOf, openReader } from './store/open.ts';

const USAGE = 'Say where the copy is to be: npm run backup -- backups/inkling.db';

process.exitCode = await run(process.argv.slice(2)).catch((error: unknown) =>
  refuse(error instanceof Error ? error.message : String(error)),
);

async function run(args: readonly string[]): Promise<number> {
  const [file] = args;
  if (file === undefined || args.length > 1) return refuse(USAGE);
  const { databaseUrl } = readSettings(process.env);
  const source = filePathOf(databaseUrl);
  if (source === undefined) {
    return refuse('The database is on a server (DATABASE_URL): back it up there.');
  }
  if (!existsSync(source)) {
    return refuse(`There is no database at ${source} (DATABASE_URL).`);
  }
  // The copy holds what visitors did, and what signs webhooks: it is for its owner's eyes.
  process.umask(0o077);
  const path = resolve(file);
  const database = await openReader({ url: databaseUrl });
  try {
    return tell(path, await backUp(database, path));
  } finally {
    database.$client.close();
  }
}

function tell(path: string, outcome: BackUpOutcome): number {
  switch (outcome.kind) {
    case 'done': {
      const { bytes, events } = outcome;
      process.stdout.write(`${path}: ${events} events, ${bytes} bytes, checked and on disk\n`);
      return 0;
    }
    case 'exists':
      return refuse(`${path} is there already. Nothing is written over: choose another name.`);
    case 'no-folder':
      return refuse(`The folder of ${path} does not exist.`);
    case 'foreign':
      return refuse('The database is not one of a collector (DATABASE_URL).');
    case 'damaged':
      return refuse(
        `The copy is damaged and was not kept; look at the original, its disk, and older backups.\n${outcome.damages.join('\n')}`,
      );
  }
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 1;
}
