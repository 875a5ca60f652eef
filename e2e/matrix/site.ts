import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Script } from './scripts.ts';

/** A small site all of whose pages load a script. */
export interface Site {
  /** Without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** @param receiver - Where the script sends to; of another origin, as it is with most sites. */
export async function openSite({ code }: Script, receiver: string): Promise<Site> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    const type = isScript ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` });
    response.end(isScript ? code : request.url === '/elsewhere' ? ELSEWHERE : pageOf(receiver));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const ELSEWHERE =
  '<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,">';

function pageOf(receiver: string): string {
  return `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">
<script>window.receiver = '${receiver}'</script>
<script src="/script.js" data-write-key="matrix" data-host="${receiver}"></script></head>
<body><a href="/elsewhere">Away</a></body></html>`;
}
