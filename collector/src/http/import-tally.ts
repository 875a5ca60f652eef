import type { JsonObject } from '@inkling/sdk/protocol';
import type { Column } from '../ingest/heading.ts';
import type { Rejected, WriteOutcome } from '../ingest/outcome.ts';
import type { ImportAnswer, ImportFaultAnswer } from '../query/answers.ts';
import type { Row } from './import-rows.ts';
import type { Judged } from './ingest-answer.ts';

/** So many faults are told one by one; of the others there is a number. */
const FAULTS_MAX = 100;
/** So many rows of a dry run are shown as they are understood. */
const SAMPLE_MAX = 3;

/** What became of the rows so far. */
export class ImportTally {
  columns: readonly Column[] | undefined;
  readonly #isDry: boolean;
  readonly #counts = { accepted: 0, duplicate: 0, rejected: 0, dropped: 0 };
  readonly #faults: ImportFaultAnswer[] = [];
  readonly #sample: JsonObject[] = [];

  constructor(isDry: boolean) {
    this.#isDry = isDry;
  }

  get rows(): number {
    const { accepted, duplicate, rejected, dropped } = this.#counts;
    return accepted + duplicate + rejected + dropped;
  }

  add(
    rows: readonly Row[],
    judged: Judged,
    written: Extract<WriteOutcome, { kind: 'decided' }>,
  ): void {
    const { events, rejected, indexes } = judged;
    const counts = this.#counts;
    counts.duplicate += written.duplicates.size;
    counts.dropped += written.erased.size;
    counts.accepted += events.length - written.duplicates.size - written.erased.size;
    counts.rejected += rejected.length;
    this.#faults.push(
      ...rejected.slice(0, FAULTS_MAX - this.#faults.length).map((each) => faultOf(each, rows)),
    );
    if (!this.#isDry) return;
    const shown = indexes.slice(0, SAMPLE_MAX - this.#sample.length);
    this.#sample.push(...shown.map((index) => rows[index]?.wire as JsonObject));
  }

  answer(): ImportAnswer {
    const columns = this.columns?.map(({ heading, path }) => ({
      heading,
      field: path?.join('.') ?? `traits.${heading} or properties.${heading}`,
    }));
    return {
      dryRun: this.#isDry,
      ...{ rows: this.rows, ...this.#counts, errors: this.#faults },
      ...(columns && { columns }),
      ...(this.#isDry && { sample: this.#sample }),
    };
  }
}

function faultOf(
  { index, code, detail, pointer }: Rejected,
  rows: readonly Row[],
): ImportFaultAnswer {
  const row = rows[index];
  if (row === undefined) throw new Error(`Row ${index} of ${rows.length} was judged`);
  const column = row.headingAt?.(pointer);
  return { line: row.line, ...(column !== undefined && { column }), code, detail };
}
