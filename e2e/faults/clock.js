/**
 * Preloaded into a collector: its clock stands as far off as the file at `CLOCK_FILE` says, in
 * milliseconds, at every moment anew. Timers go on as they are, as they do where somebody sets a clock.
 */
import { readFileSync } from 'node:fs';

const OwnDate = Date;
const offsetMs = () => Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));

globalThis.Date = class extends OwnDate {
  constructor(...args) {
    super(...(args.length === 0 ? [OwnDate.now() + offsetMs()] : args));
  }

  static now() {
    return OwnDate.now() + offsetMs();
  }
};
