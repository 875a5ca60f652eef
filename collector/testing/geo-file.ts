/** A value of MaxMind's format, as far as tests need it. */
type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

/**
 * Writes a small file of places in MaxMind's format, for IPv4 networks of eight bits.
 *
 * @param networks - What is known of `n.0.0.0/8`, by n.
 * @see https://maxmind.github.io/MaxMind-DB/
 */
export function geoFile(networks: Readonly<Record<number, Value>>): Uint8Array {
  const nodes: [number, number][] = [[-1, -1]];
  const records: number[] = [];
  const starts = new Map<number, number>();
  for (const [first, value] of Object.entries(networks)) {
    starts.set(Number(first), records.length);
    records.push(...bytesOf(value));
  }
  const leaves: [node: number, side: 0 | 1, start: number][] = [];
  for (const [first, start] of starts) {
    let node = 0;
    for (let bit = 7; bit > 0; bit--) {
      const side = (first >> bit) & 1;
      const [next = -1] = [nodes[node]?.[side]];
      if (next >= 0) node = next;
      else {
        nodes.push([-1, -1]);
        const at = nodes[node];
        if (at) at[side] = nodes.length - 1;
        node = nodes.length - 1;
      }
    }
    leaves.push([node, (first & 1) as 0 | 1, start]);
  }
  for (const [node, side, start] of leaves) {
    const at = nodes[node];
    if (at) at[side] = nodes.length + 16 + start;
  }
  const tree = nodes.flatMap((node) =>
    node.flatMap((next) => numberBytes(next < 0 ? nodes.length : next, 3)),
  );
  const metadata = bytesOf({
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1 },
    ...{ database_type: 'Test-City', description: { en: 'places of tests' }, languages: ['en'] },
    ...{ ip_version: 4, node_count: nodes.length, record_size: 24 },
  });
  const marker = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')];
  const separator = new Array<number>(16).fill(0);
  return Uint8Array.from([...tree, ...separator, ...records, ...marker, ...metadata]);
}

const [STRING, MAP, UINT32, LIST] = [2, 7, 6, 11] as const;

function bytesOf(value: Value): number[] {
  if (typeof value === 'number') return [...head(UINT32, 4), ...numberBytes(value, 4)];
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...head(STRING, bytes.length), ...bytes];
  }
  if (Array.isArray(value)) return [...head(LIST, value.length), ...value.flatMap(bytesOf)];
  const entries = Object.entries(value);
  return [...head(MAP, entries.length), ...entries.flat().flatMap(bytesOf)];
}

/** Types past 7 are written behind the byte of the size. Sizes stay below 29, which would need more. */
function head(type: number, size: number): number[] {
  if (size > 28) throw new Error('This writer knows short values alone');
  return type > 7 ? [size, type - 7] : [(type << 5) | size];
}

function numberBytes(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (value >>> (8 * (bytes - 1 - index))) & 255);
}
