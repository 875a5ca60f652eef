/** Where a collector with these settings is reached from the same machine, as an origin. */
export function originOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `http://${reachable(host)}:${port}`;
}

/** Who listens everywhere is reached on this machine too. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
