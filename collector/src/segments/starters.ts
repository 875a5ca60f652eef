import { instantiate } from './catalogue.ts';
import type { Definition } from './definition.ts';

const STARTERS = ['pricing-returners', 'product-comparers'];

/** What a new site has to look at: two ready-made segments that the demo's pages feed. */
export function starters(): readonly Definition[] {
  return STARTERS.map((id) => {
    const made = instantiate(id);
    if (!made.ok) throw new Error(`Invariant broken: ${id} is ready-made`);
    return made.value;
  });
}
