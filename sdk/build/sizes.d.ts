/** The sizes that the last build found for a script; of its parts in brotli bytes, by source file. */
export function builtSizes(name: string): {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
  readonly parts: Readonly<Record<string, number>>;
};
