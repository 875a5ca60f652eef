import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { getMimeType } from 'hono/utils/mime';

/** A file held in memory, ready to be served. */
export interface ServedFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/** The files below a folder by their path with `/`; none if there is no such folder. */
export type Files = ReadonlyMap<string, ServedFile>;

export function loadFiles(folder: string): Files {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).split(sep).join('/'), loadFile(path)];
    }),
  );
}

export function loadFile(path: string): ServedFile {
  return serve(new Uint8Array(readFileSync(path)), getMimeType(path) ?? 'application/octet-stream');
}

export function serve(body: Uint8Array<ArrayBuffer>, type: string): ServedFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type, etag };
}

/** Answers with a file, or with 304 to a browser that has it. */
export function fileResponse(
  request: Request,
  file: ServedFile,
  headers: Readonly<Record<string, string>>,
): Response {
  const all = new Headers(headers);
  all.set('ETag', file.etag);
  all.set('X-Content-Type-Options', 'nosniff');
  if (isKnown(request.headers.get('If-None-Match'), file.etag)) {
    return new Response(null, { status: 304, headers: all });
  }
  all.set('Content-Type', file.type);
  return new Response(file.body, { headers: all });
}

/** A proxy that compresses marks our tags as weak; for a file that is read they are as good. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}
