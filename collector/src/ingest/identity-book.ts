import { type Identity, type IdentityName, textOfId } from '../identity/identity.ts';
import { bucketOfId } from '../identity/own-id.ts';
import type { Changes, IdentityLogRow } from '../store/store.ts';

/** What told that an id is somebody's: an event, or the owner by the API. */
export type Teller = Pick<IdentityLogRow, 'atMs' | 'by' | 'event'>;

export interface IdentityBookPorts {
  readonly newId: (bucket: number) => number;
  readonly nowMs: number;
}

/** Whose every id is by now, and how it came to be theirs. */
export class IdentityBook {
  readonly #ports: IdentityBookPorts;
  readonly #identities = new Map<string, { site: number; identity: Identity; changed: boolean }>();
  readonly #absorbed = new Map<number, Changes['absorbed'][number]>();
  readonly #log: IdentityLogRow[] = [];

  constructor(ports: IdentityBookPorts) {
    this.#ports = ports;
  }

  /** What has to be written. */
  get changes(): Pick<Changes, 'identities' | 'identityLog' | 'absorbed'> {
    return {
      identities: [...this.#identities.values()].filter(({ changed }) => changed),
      identityLog: this.#log,
      absorbed: [...this.#absorbed.values()],
    };
  }

  find(site: number, name: IdentityName): Identity | undefined {
    return this.#identities.get(textOf(site, name))?.identity;
  }

  /** Takes in what the database says. */
  load(site: number, identity: Identity): void {
    this.#identities.set(textOf(site, identity), { site, identity, changed: false });
  }

  /** Takes in what is true from now on. */
  know(site: number, identity: Identity): void {
    this.#identities.set(textOf(site, identity), { site, identity, changed: true });
  }

  /** The rows of these strands lead to their owner at once, never by way of another person. */
  absorb(site: number, into: number, parts: readonly number[]): void {
    for (const id of parts) {
      if (id !== into) this.#absorbed.set(id, { id, site, into });
    }
  }

  note(
    site: number,
    profile: number,
    action: IdentityLogRow['action'],
    name: IdentityName,
    people: Pick<IdentityLogRow, 'into' | 'from'>,
    teller: Teller,
  ): void {
    const id = this.#ports.newId(bucketOfId(profile));
    const { kind, value } = name;
    const recordedAtMs = this.#ports.nowMs;
    const row = { id, site, profile, action, name: { kind, value }, recordedAtMs };
    this.#log.push({ ...row, ...people, ...teller });
  }
}

function textOf(site: number, name: IdentityName): string {
  return `${site} ${textOfId(name)}`;
}
