import type { SessionAnswer } from '../../src/query/answers.ts';

/** A way to send events, with the lines to paste. */
export interface InstallCode {
  readonly id: 'html' | 'npm' | 'curl';
  readonly name: string;
  /** Where the lines go. */
  readonly where: string;
  readonly code: string;
}

/** All ways, filled in with the reader's own key and address. */
export function installCodes({ snippet, host, writeKey }: SessionAnswer): readonly InstallCode[] {
  return [
    {
      id: 'html',
      name: 'HTML',
      where: 'Paste this into the <head> of every page, as early as you can.',
      code: snippet,
    },
    {
      id: 'npm',
      name: 'npm',
      where: 'Run “npm install @inkling/sdk”, then do this once, where your app starts.',
      code: [
        "import { createInkling } from '@inkling/sdk';",
        '',
        'export const inkling = createInkling({',
        `  writeKey: ${quoted(writeKey)},`,
        `  host: ${quoted(host)},`,
        '});',
      ].join('\n'),
    },
    {
      id: 'curl',
      name: 'curl',
      where: 'Run this in a terminal. It sends one event, which shows that the way is free.',
      code: [
        `curl ${host}/v1/track \\`,
        `  --user ${shellQuoted(`${writeKey}:`)} \\`,
        `  --header 'Content-Type: application/json' \\`,
        `  --data '{"event": "Hello Sent", "anonymousId": "my-terminal"}'`,
      ].join('\n'),
    },
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
