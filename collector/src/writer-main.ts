/** The entry of the writer's thread: opens the one connection that writes and serves the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { startDatabaseWriter } from './ingest/start.ts';
import type { FromWriter, ThreadStart, ToWriter } from './ingest/writer-thread.ts';
import { openMark } from './store/high-water.ts';
import { filePathOf, openWriter } from './store/open.ts';

const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread');
const tell = (message: FromWriter) => port.postMessage(message);

const { address, retentionMs, listeners } = workerData as ThreadStart;
const isHeard = () => Atomics.load(listeners, 0) > 0;
const report = (error: unknown) => tell({ kind: 'report', error });
const path = filePathOf(address.url);
const database = await openWriter(address);
const writer = await startDatabaseWriter(database, {
  clock: Date.now,
  retentionMs,
  ...(path !== undefined && { mark: openMark(path, report) }),
  committed: (events) => {
    if (isHeard()) tell({ kind: 'committed', events });
  },
  deliver: (messages) => {
    if (isHeard()) tell({ kind: 'deliver', messages });
  },
  due: () => tell({ kind: 'due' }),
  report,
});

port.on('message', (call: ToWriter) => {
  serve(call)
    .then(
      (value) => tell({ kind: 'answer', id: call.id, value }),
      (error: unknown) => tell({ kind: 'failure', id: call.id, error }),
    )
    .finally(() => call.method === 'close' && port.close());
});
tell({ kind: 'ready' });

async function serve(call: ToWriter): Promise<unknown> {
  switch (call.method) {
    case 'write':
      return await writer.write(...call.args);
    case 'takesRequests':
      return await writer.takesRequests(...call.args);
    case 'figures':
      return await writer.figures(...call.args);
    case 'count':
      return await writer.count(...call.args);
    case 'saveSegment':
      return await writer.saveSegment(...call.args);
    case 'deleteSegment':
      return await writer.deleteSegment(...call.args);
    case 'saveScore':
      return await writer.saveScore(...call.args);
    case 'addSite':
      return await writer.addSite(...call.args);
    case 'saveSite':
      return await writer.saveSite(...call.args);
    case 'removeSite':
      return await writer.removeSite(...call.args);
    case 'addKey':
      return await writer.addKey(...call.args);
    case 'removeKey':
      return await writer.removeKey(...call.args);
    case 'mergePeople':
      return await writer.mergePeople(...call.args);
    case 'unmergeIdentity':
      return await writer.unmergeIdentity(...call.args);
    case 'erasePerson':
      return await writer.erasePerson(...call.args);
    case 'outgoing': {
      // The proxy of the other thread has typed the arguments by the name.
      const run = writer.outgoing[call.name] as (...args: readonly unknown[]) => Promise<unknown>;
      return await run(...call.args);
    }
    case 'close':
      await writer.close();
      return database.$client.close();
  }
}
