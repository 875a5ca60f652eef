import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The JavaScript file behind a package's command line, to be run by `process.execPath`: no shell and
 * no PATH decide what runs. Throws if the package is not installed.
 */
export function commandOf(root: string, packageName: string): string {
  const folder = join(root, 'node_modules', packageName);
  const { bin }: { bin?: string | Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = typeof bin === 'string' ? bin : Object.values(bin ?? {})[0];
  if (file === undefined) throw new Error(`${packageName} has no command.`);
  return join(folder, file);
}
