import { Worker } from 'node:worker_threads';
import type { Outgoing } from '../notify/outgoing.ts';
import type { DatabaseAddress } from '../store/open.ts';
import type { FiledEvent, OutboxRow } from '../store/store.ts';
import type { Writer, WriterPorts } from './writer.ts';

type Method = Exclude<keyof Writer, 'outgoing'>;

/** A call of one of an object's methods, by its name. */
type CallOf<Methods, Name extends keyof Methods> = Methods[Name] extends (
  ...args: infer Args
) => unknown
  ? { readonly id: number; readonly method: Name; readonly args: Args }
  : never;

/** What the main thread asks of the writer's. */
export type ToWriter =
  | { readonly [Name in Method]: CallOf<Writer, Name> }[Method]
  | {
      readonly id: number;
      readonly method: 'outgoing';
      readonly name: keyof Outgoing;
      readonly args: readonly unknown[];
    };

/** What the writer's thread answers and tells. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: unknown }
  | { readonly kind: 'committed'; readonly events: readonly FiledEvent[] }
  | { readonly kind: 'deliver'; readonly messages: readonly OutboxRow[] }
  | { readonly kind: 'due' }
  | { readonly kind: 'report'; readonly error: unknown };

/** What the writer's thread is given as it starts. */
export interface ThreadStart {
  readonly address: DatabaseAddress;
  /** Events that are older are removed. */
  readonly retentionMs: number;
  /** In memory that both threads share: how many want to hear of events. */
  readonly listeners: Int32Array;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The writer in a thread of its own: its driver is synchronous, and answers must not wait for a sync.
 *
 * @param start - Events and messages come back here only while somebody listens: each is copied on its way.
 * @param died - Is told when the thread ends without being asked to: nothing can be written any more.
 */
export async function startWriterThread(
  start: ThreadStart,
  ports: Pick<WriterPorts, 'committed' | 'deliver' | 'due' | 'report'>,
  died: (error: unknown) => void,
): Promise<Writer> {
  const worker = new Worker(new URL('../writer-main.js', import.meta.url), { workerData: start });
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

  const post = (message: object) =>
    new Promise<never>((resolve, reject) => {
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      worker.postMessage({ ...message, id: lastId });
    });
  const call = <Name extends Method>(method: Name, args: Parameters<Writer[Name]>) =>
    post({ method, args });
  const outgoing =
    <Name extends keyof Outgoing>(name: Name) =>
    (...args: Parameters<Outgoing[Name]>) =>
      post({ method: 'outgoing', name, args });
  return {
    write: (...args) => call('write', args),
    // A thread that was told to end answers no more.
    takesRequests: async () => !closing && (await call('takesRequests', [])),
    figures: () => call('figures', []),
    count: (...args) => call('count', args),
    saveSegment: (...args) => call('saveSegment', args),
    deleteSegment: (...args) => call('deleteSegment', args),
    saveScore: (...args) => call('saveScore', args),
    addSite: (...args) => call('addSite', args),
    saveSite: (...args) => call('saveSite', args),
    removeSite: (...args) => call('removeSite', args),
    addKey: (...args) => call('addKey', args),
    removeKey: (...args) => call('removeKey', args),
    mergePeople: (...args) => call('mergePeople', args),
    unmergeIdentity: (...args) => call('unmergeIdentity', args),
    erasePerson: (...args) => call('erasePerson', args),
    outgoing: {
      createWebhook: outgoing('createWebhook'),
      changeWebhook: outgoing('changeWebhook'),
      removeWebhook: outgoing('removeWebhook'),
      rotateSecret: outgoing('rotateSecret'),
      sendTest: outgoing('sendTest'),
      replay: outgoing('replay'),
      claim: outgoing('claim'),
      settle: outgoing('settle'),
    },
    close: async () => {
      closing = true;
      await call('close', []);
    },
  };
}

function receive(
  message: Exclude<FromWriter, { kind: 'ready' }>,
  pending: Map<number, Pending>,
  ports: Pick<WriterPorts, 'committed' | 'deliver' | 'due' | 'report'>,
): void {
  if (message.kind === 'committed') ports.committed(message.events);
  else if (message.kind === 'deliver') ports.deliver(message.messages);
  else if (message.kind === 'due') ports.due();
  else if (message.kind === 'report') ports.report(message.error);
  else {
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.kind === 'failure') call?.reject(message.error);
    // The thread answers what the method returns; the proxy's types say what that is.
    else call?.resolve(message.value as never);
  }
}
