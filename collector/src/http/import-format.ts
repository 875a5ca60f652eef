/** How the rows of a file are written. */
export type TableFormat = 'csv' | 'ndjson';

/** Where files come in; batches do so as well. */
export const IMPORT_PATH = '/v1/import';

const FORMATS: Readonly<{ [type: string]: TableFormat }> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
};

/** What a body is by its label, `Content-Type`; of a batch it is another one, or none. */
export function formatOf(contentType: string | undefined): TableFormat | undefined {
  const [type = ''] = (contentType ?? '').split(';');
  return FORMATS[type.trim().toLowerCase()];
}

/** @param address - Path and query. */
export function isImport(address: string, contentType: string | undefined): boolean {
  return address.split('?')[0] === IMPORT_PATH && formatOf(contentType) !== undefined;
}
