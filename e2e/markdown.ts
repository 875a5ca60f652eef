/** A table of a Markdown text: what its cells say, without the outer blanks. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All tables of a text, in order. */
export function tablesIn(markdown: string): readonly Table[] {
  const blocks = markdown.split(/\n\s*\n/);
  return blocks.flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.trim().startsWith('|'));
    const [head, rule, ...rows] = lines.map(cellsOf);
    if (head === undefined || !rule?.every((cell) => /^:?-+:?$/.test(cell))) return [];
    return [{ head, rows }];
  });
}

/**
 * The files and folders that a cell names between backticks. A bare name stands in the folder of the
 * path before it; `*` stands for what a folder holds.
 */
export function pathsIn(cell: string): readonly string[] {
  const paths: string[] = [];
  for (const [, code = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const before = paths.at(-1);
    const folder = before?.slice(0, before.lastIndexOf('/') + 1) ?? '';
    const path = code.replace(/\/\*?$/, '');
    paths.push(code.includes('/') ? path : folder + path);
  }
  return paths;
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}
