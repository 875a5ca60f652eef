import type { Plugin } from '../api.ts';
import { onLink } from './link.ts';
import { entriesOf } from './list.ts';

const PARAMETER = '_ink';
/** Links are shared: one that is older does not make its reader the visitor who copied it. */
const AGE_MS_MAX = 120_000;

/**
 * Takes a visitor along to the other domains of the site: a link to one of them carries the anonymous
 * id and the time, for two minutes. Somebody who is known there already stays who they are.
 */
export const crossDomain: Plugin = (inkling, { domains = '' }, adopt) => {
  const [id, madeMs] = new URLSearchParams(location.search).get(PARAMETER)?.split('.') ?? [];
  const ageMs = Date.now() - Number.parseInt(madeMs ?? '', 36);
  // Clocks are not exact, but those of one device are the same.
  if (id && /^\d{10,40}$/.test(id) && ageMs >= 0 && ageMs < AGE_MS_MAX) adopt(id);
  const others = entriesOf(domains);
  onLink((link, url) => {
    const isOurs = others.some(
      (each) => url.hostname === each || url.hostname.endsWith(`.${each}`),
    );
    if (!isOurs || url.hostname === location.hostname) return;
    const { anonymousId } = inkling.ids();
    if (!anonymousId) return;
    url.searchParams.set(PARAMETER, `${anonymousId}.${Date.now().toString(36)}`);
    link.href = url.href;
  });
  return undefined;
};
