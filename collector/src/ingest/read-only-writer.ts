import type { Writer } from './writer.ts';

/** Nothing is written until the owner decides; the message says why and what to do. */
export class ReadOnly extends Error {}

/** Stands in for a writer where the database must stay as it is. */
export function createReadOnlyWriter(why: string): Writer {
  const refuse = () => Promise.reject(new ReadOnly(why));
  return {
    write: async () => ({ kind: 'closed' }),
    takesRequests: async () => false,
    figures: async () => '',
    count: async () => {},
    saveSegment: refuse,
    deleteSegment: refuse,
    saveScore: refuse,
    addSite: refuse,
    saveSite: refuse,
    removeSite: refuse,
    addKey: refuse,
    removeKey: refuse,
    mergePeople: refuse,
    unmergeIdentity: refuse,
    erasePerson: refuse,
    outgoing: {
      createWebhook: refuse,
      changeWebhook: refuse,
      removeWebhook: refuse,
      rotateSecret: refuse,
      sendTest: refuse,
      replay: refuse,
      claim: async () => ({ outbound: [] }),
      settle: refuse,
    },
    close: async () => {},
  };
}
