/** Starts the collector: the only file that reads the environment and the clock. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { snippet } from '@inkling/snippet';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createApp } from './app.ts';
import { openGeoFile } from './geo-file.ts';
import { type Files, loadFile, loadFiles } from './http/files.ts';
import { createLimit } from './http/ingest-limits.ts';
import { listen } from './http/listen.ts';
import { createRefusals } from './http/refusals.ts';
import { createEnrich, type Locate } from './ingest/enrich.ts';
import { createReadOnlyWriter } from './ingest/read-only-writer.ts';
import { createVocabulary } from './ingest/vocabulary.ts';
import { startWriterThread } from './ingest/writer-thread.ts';
import { createPost } from './notify/post.ts';
import { publishTo } from './notify/publish.ts';
import { createSender, type Sender } from './notify/sender.ts';
import { createStream } from './notify/stream.ts';
import { starters } from './segments/starters.ts';
import { readSettings, type Settings } from './settings.ts';
import { prepareMark } from './store/high-water.ts';
import { ensureKeys, loadKeys } from './store/keys.ts';
import { ensureCookieSecret } from './store/meta.ts';
import { type DatabaseAddress, openReader, openWriter } from './store/open.ts';
import { ensureScores } from './store/scores.ts';
import { loadSeen } from './store/seen.ts';
import { welcome } from './welcome.ts';

const DAY_MS = 86_400_000;
/** Open connections get this long to finish when the collector stops. */
const STOP_MS_MAX = 10_000;
/** Refused requests are counted this late, so that many of them cost one write. */
const REFUSALS_DELAY_MS = 1_000;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const settings = readSettingsOrExit();
const log = pino({ level: settings.logLevel, base: null });
const report = (error: unknown) => log.error({ err: error }, 'trouble');

const address: DatabaseAddress = {
  url: settings.databaseUrl,
  ...(settings.databaseAuthToken && { authToken: settings.databaseAuthToken }),
};
const locate = await openGeoDatabase();
const loss = await prepareMark(address);
const readOnly = loss && `${loss.says} Nothing is written. ${loss.advice}`;
if (readOnly !== undefined) log.error(readOnly);
const prepared = await prepareDatabase();
const stream = createStream();
let sender: Sender | undefined;
// What is due before there is a sender is found when it starts.
const due = () => sender?.wake();
const writer =
  readOnly === undefined
    ? await startWriterThread(
        { address, retentionMs: settings.retentionDays * DAY_MS, listeners: stream.listeners },
        { report, due, ...publishTo(stream) },
        (error) => {
          report(error);
          process.exit(1);
        },
      )
    : createReadOnlyWriter(readOnly);
const refusals = createRefusals({
  save: (rows) => writer.count(rows),
  later: (work) => void setTimeout(work, REFUSALS_DELAY_MS).unref(),
  report,
});
const webhookHosts = new Set(settings.webhookAllowHosts);
sender = createSender({
  outgoing: writer.outgoing,
  post: createPost({ allowedHosts: webhookHosts, clock: Date.now }),
  clock: Date.now,
  random: Math.random,
  report,
});
sender.wake();
if (prepared.isNew && readOnly === undefined) {
  for (const definition of starters()) await writer.saveSegment(prepared.site, definition);
}
const database = await openReader(address);
const keys = await loadKeys(database);
const defaultSite = keys.site(prepared.writeKey);
if (defaultSite === undefined) throw new Error('Invariant broken: the default site has its key');
const signInToken = randomBytes(24).toString('base64url');

const registry = new Registry();
// Of the process: memory, processor time, garbage collection, delay of the event loop.
collectDefaultMetrics({ register: registry });

const app = createApp({
  registry,
  clock: Date.now,
  keys,
  cookieSecret: prepared.cookieSecret,
  retentionMs: settings.retentionDays * DAY_MS,
  ...(settings.allowedOrigins && { allowedOrigins: settings.allowedOrigins }),
  write: (request) => writer.write(request),
  refused: refusals.note,
  limit: createLimit({
    ...(settings.rateLimitEventsPerS && { perKey: settings.rateLimitEventsPerS }),
    ...(settings.rateLimitAddressEventsPerS && { perAddress: settings.rateLimitAddressEventsPerS }),
    ...(settings.rateLimitAddressNewPerS && { newPerAddress: settings.rateLimitAddressNewPerS }),
  }),
  vocabulary: createVocabulary(await loadSeen(database)),
  trustsProxy: settings.trustProxy,
  enrich: createEnrich({ ...(locate && { locate }), keepsBots: settings.bots === 'keep' }),
  writer,
  outgoing: writer.outgoing,
  webhookHosts,
  database,
  stream,
  report,
  snippet: (host, writeKey) => snippet({ host, writeKey }),
  signInToken,
  defaultSite: defaultSite.id,
  script: loadFiles(here('../../sdk/dist')),
  scriptVersion: versionOf(here('../../sdk/package.json')),
  version: versionOf(here('../package.json')),
  dashboard: loadFiles(here('../dashboard/dist')),
  demo: loadFiles(here('../../examples/static')),
  reference: loadReference(),
  writeKey: prepared.writeKey,
});

const server = listen(app, { port: settings.port, hostname: settings.host }, (port) => {
  const host = `http://${nameOf(settings.host)}:${port}`;
  const secret = prepared.newSecretKey && { secretKey: prepared.newSecretKey };
  const lines = snippet({ host, writeKey: prepared.writeKey });
  const warning = readOnly !== undefined && { readOnly };
  process.stdout.write(welcome({ host, signInToken, snippet: lines, ...secret, ...warning }));
});
server.on('error', (error) => {
  log.fatal({ err: error }, `Cannot listen on ${settings.host}:${settings.port}`);
  process.exit(1);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

/** Of swagger-ui the two files that a page needs; the others are its maps and other builds. */
function loadReference(): Files {
  const { resolve } = createRequire(import.meta.url);
  const theirs = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;
  return new Map([
    ...loadFiles(here('../reference')),
    ['favicon.svg', loadFile(here('../dashboard/src/favicon.svg'))],
    ...theirs.map((name) => [name, loadFile(resolve(`swagger-ui-dist/${name}`))] as const),
  ]);
}

/** Answers everything that was taken, then ends. */
async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
  server.close();
  await sender?.close();
  await refusals.flush();
  await writer.close();
  server.closeAllConnections();
  database.$client.close();
  process.exit(0);
}

/** Migrates and makes keys before the writer's thread opens the database for good. */
async function prepareDatabase() {
  const opened = await openWriter(address).catch((error: unknown) => {
    log.fatal({ err: error }, `Cannot open the database ${settings.databaseUrl} (DATABASE_URL)`);
    process.exit(1);
  });
  const given = {
    timeZone: settings.timeZone,
    ...(settings.writeKey && { writeKey: settings.writeKey }),
    ...(settings.secretKey && { secretKey: settings.secretKey }),
  };
  const ensured = await ensureKeys(opened, given, Date.now());
  await ensureScores(opened, Date.now());
  const cookieSecret = await ensureCookieSecret(opened);
  opened.$client.close();
  return { ...ensured, cookieSecret };
}

async function openGeoDatabase(): Promise<Locate | undefined> {
  const path = settings.geoDatabase;
  if (path === undefined) return undefined;
  return await openGeoFile(path).catch((error: unknown) => {
    log.fatal({ err: error }, `Cannot read the file of places ${path} (GEO_DATABASE)`);
    process.exit(1);
  });
}

function readSettingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** How a browser on this machine writes the address that we listen on. */
function nameOf(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function versionOf(packagePath: string): string {
  const { version } = JSON.parse(readFileSync(packagePath, 'utf8')) as { version: string };
  return version;
}
