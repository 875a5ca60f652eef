import { Code } from './code.tsx';

/** A value as JSON, for those who want to see exactly what is stored. */
export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  return <Code label={label}>{JSON.stringify(value, null, 2)}</Code>;
}
