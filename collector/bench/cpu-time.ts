import { readFileSync } from 'node:fs';

/** Linux counts the CPU time of processes in hundredths of a second, whatever the kernel's own tick. */
const TICK_MS = 10;
/** Fields 14 and 15 of proc(5) `stat`, counted from the field behind the name. */
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

/** CPU time that all threads of a process took so far; `undefined` where the system does not say. */
export function cpuTimeMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) * TICK_MS;
  } catch {
    return undefined;
  }
}
