import { isDone, noteDone } from '../store/chores.ts';
import {
  deleteDefinition,
  loadDefinitions,
  noteProgress,
  renewDefinitions,
  saveDefinition,
} from '../store/definitions.ts';
import { createKeyStore } from '../store/key-rows.ts';
import { createLibsqlStore } from '../store/libsql-store.ts';
import { loadTick } from '../store/meta.ts';
import type { Database } from '../store/open.ts';
import { createRemovalStore } from '../store/removal.ts';
import { saveModel } from '../store/scores.ts';
import { loadSeen, saveSeen } from '../store/seen.ts';
import { addSite, saveSite } from '../store/sites.ts';
import { startWriter, type Writer, type WriterPorts } from './writer.ts';

/** Starts the writer of an opened database. */
export async function startDatabaseWriter(
  database: Database,
  ports: Pick<
    WriterPorts,
    'clock' | 'mark' | 'committed' | 'deliver' | 'due' | 'report' | 'idsMax' | 'retentionMs'
  >,
): Promise<Writer> {
  return await startWriter({
    ...ports,
    store: createLibsqlStore(database.$client),
    chores: {
      isDone: (chore) => isDone(database, chore),
      noteDone: (chore) => noteDone(database, chore),
    },
    definitions: {
      load: () => loadDefinitions(database),
      save: (site, definition, fresh) => saveDefinition(database, site, definition, fresh),
      remove: (site, id, nowMs) => deleteDefinition(database, site, id, nowMs),
      saveModel: (site, model, fresh) => saveModel(database, site, model, fresh),
      addSite: (wish, nowMs) => addSite(database, wish, nowMs),
      saveSite: (site, change) => saveSite(database, site, change),
      renew: (site, keys) => renewDefinitions(database, site, keys),
      noteProgress: (site, progress) => noteProgress(database, site, progress),
    },
    keys: createKeyStore(database),
    removals: createRemovalStore(database),
    seen: {
      load: () => loadSeen(database),
      save: (rows) => saveSeen(database, rows),
    },
    tick: await loadTick(database),
  });
}
