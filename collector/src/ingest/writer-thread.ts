import { Worker } from 'node:worker_threads';
import type { DatabaseAddress } from '../store/open.ts';
import type { FiledEvent, OutboxRow } from '../store/store.ts';
import type { Writer, WriterPorts } from './writer.ts';

/** What the main thread asks of the writer's. */
export type ToWriter = {
  readonly [Method in keyof Writer]: {
    readonly id: number;
    readonly method: Method;
    readonly args: Parameters<Writer[Method]>;
  };
}[keyof Writer];

/** What the writer's thread answers and tells. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: unknown }
  | { readonly kind: 'committed'; readonly events: readonly FiledEvent[] }
  | { readonly kind: 'deliver'; readonly messages: readonly OutboxRow[] }
  | { readonly kind: 'report'; readonly error: unknown };

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The writer in a thread of its own: its driver is synchronous, and answers must not wait for a sync.
 *
 * @param died - Is told when the thread ends without being asked to: nothing can be written any more.
 */
export async function startWriterThread(
  address: DatabaseAddress,
  ports: Pick<WriterPorts, 'committed' | 'deliver' | 'report'>,
  died: (error: unknown) => void,
): Promise<Writer> {
  const worker = new Worker(new URL('../writer-main.js', import.meta.url), { workerData: address });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closing = false;

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'ready') resolve();
      else receive(message, pending, ports);
    });
    worker.on('error', reject);
    worker.on('error', (error) => ports.report(error));
    worker.on('exit', () => {
      const error = new Error('The writer thread has ended');
      for (const call of pending.values()) call.reject(error);
      pending.clear();
      if (!closing) died(error);
    });
  });

  const call = <Method extends keyof Writer>(method: Method, args: Parameters<Writer[Method]>) =>
    new Promise<never>((resolve, reject) => {
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, method, args });
    });
  return {
    write: (...args) => call('write', args),
    saveSegment: (...args) => call('saveSegment', args),
    deleteSegment: (...args) => call('deleteSegment', args),
    saveSite: (...args) => call('saveSite', args),
    mergePeople: (...args) => call('mergePeople', args),
    unmergeIdentity: (...args) => call('unmergeIdentity', args),
    close: async () => {
      closing = true;
      await call('close', []);
    },
  };
}

function receive(
  message: Exclude<FromWriter, { kind: 'ready' }>,
  pending: Map<number, Pending>,
  ports: Pick<WriterPorts, 'committed' | 'deliver' | 'report'>,
): void {
  if (message.kind === 'committed') ports.committed(message.events);
  else if (message.kind === 'deliver') ports.deliver(message.messages);
  else if (message.kind === 'report') ports.report(message.error);
  else {
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.kind === 'failure') call?.reject(message.error);
    // The thread answers what the method returns; the proxy's types say what that is.
    else call?.resolve(message.value as never);
  }
}
