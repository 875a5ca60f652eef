export function snippet({ host, writeKey }: { host: string; writeKey: string }): string {
  return `<script async src="${host}/inkling.js" data-write-key="${writeKey}"></script>`;
}
