import { countWords } from './words.ts';

/** What a file is by its name, for browsers know no type of NDJSON; gzip is seen by itself. */
export function fileType(name: string): 'text/csv' | 'application/x-ndjson' {
  return /\.(?:ndjson|jsonl|json)(?:\.gz)?$/i.test(name) ? 'application/x-ndjson' : 'text/csv';
}

/** As in "1 row" or "1,200 rows". */
export function rowWords(count: number): string {
  return `${countWords(count)} ${count === 1 ? 'row' : 'rows'}`;
}
