import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import type { Finding } from './verdict.ts';

/** A piece of a built module and what stands there instead. */
interface Edit {
  /** Below `collector/dist/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A collector that breaks a promise: what the tests of faults must notice. */
export interface Sabotage {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Any of these tells of it. */
  readonly findings: readonly Finding[];
}

const TAKEN = `({ kind: 'decided', duplicates: new Set(), erased: new Set(), memberships: [] })`;

const LOST = 'lost: acknowledged, and not there';

/** What a power cut must bring to light. */
export const NOT_ON_DISK: readonly Sabotage[] = [
  {
    name: 'acknowledges before it commits',
    edits: [
      {
        file: 'ingest/writer.js',
        find: 'const end = this.#figures.begin(receivedAtMs.length);',
        replace: `for (const { resolve } of group) resolve(${TAKEN});
          await new Promise((resolve) => setTimeout(resolve, 50));
          const end = this.#figures.begin(receivedAtMs.length);`,
      },
    ],
    findings: [LOST],
  },
  {
    name: 'does not sync',
    edits: [
      { file: 'store/open.js', find: "synchronous: 'full'", replace: "synchronous: 'off'" },
      {
        file: 'store/open.js',
        find: "await expectPragma(client, 'synchronous', 2);",
        replace: '',
      },
    ],
    findings: [LOST, 'it does not start'],
  },
  {
    name: 'syncs at checkpoints alone',
    edits: [
      { file: 'store/open.js', find: "synchronous: 'full'", replace: "synchronous: 'normal'" },
      {
        file: 'store/open.js',
        find: "await expectPragma(client, 'synchronous', 2);",
        replace: '',
      },
    ],
    findings: [LOST, 'it does not start'],
  },
];

/** What a failing disk must bring to light. */
export const DEAF: Sabotage = {
  name: 'hears no error of the disk',
  edits: [
    {
      file: 'ingest/writer.js',
      find: 'group[0]?.reject(error);',
      replace: `group[0]?.resolve(${TAKEN});`,
    },
    {
      file: 'ingest/writer.js',
      find: 'await this.#commit([alone]).catch(alone.reject);',
      replace: `await this.#commit([alone]).catch(() => alone.resolve(${TAKEN}));`,
    },
  ],
  findings: [LOST],
};

/** What senders who hear nothing, and send again, must bring to light. */
export const FORGETFUL: readonly Sabotage[] = [
  {
    name: 'takes what it has already',
    edits: [
      { file: 'ingest/group.js', find: 'return duplicates;', replace: 'return new Set();' },
      {
        file: 'store/statements.js',
        find: 'INSERT INTO message (',
        replace: 'INSERT OR IGNORE INTO message (',
      },
    ],
    findings: ['doubled: there more than once'],
  },
  {
    name: 'counts what it has already as new',
    edits: [
      {
        file: 'ingest/intake.js',
        find: 'await unit.count(tallyOf(requests, outcomes));',
        replace: `await unit.count(tallyOf(requests,
          outcomes.map((each) => ({ ...each, duplicates: new Set() }))));`,
      },
    ],
    findings: ['counters differ from rows'],
  },
  {
    name: 'does not write who enters',
    edits: [
      { file: 'store/libsql-store.js', find: 'await list(sql.INSERT_MEMBERS,', replace: 'void (' },
    ],
    findings: ['memberships differ from recomputation', 'sizes differ from members'],
  },
  {
    name: 'does not count who enters',
    edits: [
      {
        ...{ file: 'store/libsql-store.js', find: 'await list(sql.ADD_MEMBER_COUNTS,' },
        replace: 'void (',
      },
    ],
    findings: ['sizes differ from members'],
  },
  {
    name: 'tells nobody',
    edits: [
      { file: 'store/libsql-store.js', find: 'await list(sql.INSERT_OUTBOX,', replace: 'void (' },
    ],
    findings: ['outbox differs from transitions'],
  },
];

/** What payloads without sense must bring to light, and what is said of it then. */
export const CARELESS: readonly (Omit<Sabotage, 'findings'> & { readonly says: RegExp })[] = [
  {
    name: 'hands on what the database cannot take',
    edits: [
      {
        file: 'ingest/parse-text.js',
        find: "return text.indexOf('\\0') < 0 && text.isWellFormed();",
        replace: 'return true;',
      },
    ],
    // libSQL ends the process when it reads a text that is not UTF-8.
    says: /answered 50|fetch failed/,
  },
  {
    name: 'counts an event in two ways',
    edits: [
      {
        file: 'http/ingest-answer.js',
        find: 'duplicate: outcome.duplicates.size,',
        replace: 'duplicate: outcome.duplicates.size + Math.min(1, rejected.length),',
      },
    ],
    says: /counts do not add up/,
  },
  {
    name: 'keeps numbers roughly',
    edits: [
      {
        file: 'store/rows.js',
        find: 'JSON.stringify(body),',
        replace: `JSON.stringify(body, (_, each) =>
          typeof each === 'number' ? Math.fround(each) : each),`,
      },
    ],
    says: /comes back changed/,
  },
  {
    name: 'forgets nothing',
    edits: [
      {
        file: 'http/ingest-answer.js',
        find: 'const rejected = [];',
        replace: `const rejected = [];
          (globalThis.unforgotten ??= []).push(new Uint8Array(2 ** 20).fill(1));`,
      },
    ],
    says: /memory grew/,
  },
];

/** What attackers must bring to light. */
export const SPENDTHRIFT: readonly Omit<Sabotage, 'findings'>[] = [
  {
    name: 'inflates whatever comes',
    edits: [
      {
        file: 'http/body.js',
        find: 'await inflate(content, { maxOutputLength: bytesMax })',
        replace: 'await inflate(content)',
      },
    ],
  },
];

const LOADER = pathToFileURL(fileURLToPath(new URL('sabotage.js', import.meta.url))).href;

/** What a collector's environment needs to be so; nothing for an honest one. */
export function settingsOf(
  sabotage: Pick<Sabotage, 'edits'> | undefined,
): Readonly<Record<string, string>> {
  if (sabotage === undefined) return {};
  return { NODE_OPTIONS: `--import ${LOADER}`, SABOTAGE: JSON.stringify(sabotage.edits) };
}

/** Is a sabotaged collector found out by what must tell of it? */
export function expectFoundOut(
  findings: readonly Finding[],
  { findings: telling }: Sabotage,
): void {
  const isFound = findings.some((each) => telling.includes(each));
  expect(isFound, findings.join()).toBe(true);
}
