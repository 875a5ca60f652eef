import type { Settings } from '../settings.ts';
import { findLoss } from '../store/high-water.ts';
import { type Database, filePathOf, openReader } from '../store/open.ts';
import { lookAtDisk, lookAtFile, lookAtLog, lookIntoDatabase, RESTORE } from './file.ts';
import { type Check, type Finding, ok, problem } from './finding.ts';
import { lookAtRetention } from './retention.ts';
import { lookAtServer } from './server.ts';
import { lookAtEvents, lookAtKeys, lookAtOrigins } from './site.ts';

/** Looks at everything that a collector needs, and changes nothing. Never rejects. */
export async function examine(settings: Settings, nowMs: number): Promise<readonly Finding[]> {
  const path = filePathOf(settings.databaseUrl);
  const findings = [
    ok('settings', 'They are understood.'),
    ...(await lookAtDatabase(settings, path, nowMs)),
    lookAtOrigins(settings.allowedOrigins, settings.host),
    await lookAtServer(settings.host, settings.port),
  ];
  return findings;
}

async function lookAtDatabase(
  settings: Settings,
  path: string | undefined,
  nowMs: number,
): Promise<readonly Finding[]> {
  const missing = path === undefined ? undefined : lookAtFile(path);
  if (missing !== undefined) return [missing];
  const onDisk =
    path === undefined
      ? []
      : [
          ...(await attempt('log', async () => [lookAtLog(path)])),
          ...(await attempt('disk', async () => [lookAtDisk(path)])),
        ];
  let database: Database | undefined;
  try {
    const { databaseUrl: url, databaseAuthToken: authToken } = settings;
    const address = { url, ...(authToken && { authToken }) };
    const loss = await findLoss(address);
    const opened = await openReader(address);
    database = opened;
    const inside = [
      ...(loss === undefined ? [] : [problem('database', loss.says, loss.advice)]),
      ...(await lookIntoDatabase(opened)),
    ];
    // What cannot be read tells nothing of events and keys.
    const isReadable = inside.every(({ level }) => level !== 'problem');
    return [...inside, ...onDisk, ...(isReadable ? await lookAtRows(opened, settings, nowMs) : [])];
  } catch (error) {
    const advice = path === undefined ? 'Look at the server, and at DATABASE_URL.' : RESTORE;
    return [problem('database', `It cannot be read: ${reasonOf(error)}`, advice), ...onDisk];
  } finally {
    database?.$client.close();
  }
}

async function lookAtRows(
  database: Database,
  settings: Settings,
  nowMs: number,
): Promise<readonly Finding[]> {
  const events = await attempt('events', () => lookAtEvents(database, nowMs));
  const retention = await attempt('retention', async () => [
    await lookAtRetention(database, settings.retentionDays, nowMs),
  ]);
  const keys = await attempt('keys', async () => [await lookAtKeys(database, settings)]);
  return [...events, ...retention, ...keys];
}

/** One thing that cannot be looked at must not hide the others. */
async function attempt(
  check: Check,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [problem(check, `It cannot be looked at: ${reasonOf(error)}`, 'See the reason.')];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
