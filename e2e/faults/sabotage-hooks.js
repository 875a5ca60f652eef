/** Puts the defect that `SABOTAGE` tells, as JSON, into a collector's modules as they are read. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const edits = JSON.parse(process.env.SABOTAGE ?? '[]');

export async function load(url, context, next) {
  const own = edits.filter(({ file }) => url.endsWith(`/collector/dist/${file}`));
  if (own.length === 0) return await next(url, context);
  let source = readFileSync(fileURLToPath(url), 'utf8');
  for (const { file, find, replace } of own) {
    if (source.split(find).length !== 2) throw new Error(`${file} has not once: ${find}`);
    source = source.replace(find, () => replace);
  }
  return { format: 'module', source, shortCircuit: true };
}
