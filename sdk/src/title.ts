import { addressOf } from './address.ts';
import type { Options } from './api.ts';
import type { WireEvent } from './protocol.ts';

/**
 * Lets a view of a route have the title of its own. Frameworks change the address first and the title
 * once they have rendered, which is after the view has begun; React even in a later task. So it is read
 * again when the event is made, about a second later, unless the page is at another path by then. What
 * the app names itself, and every other event, keeps the title of its moment.
 */
export function withTitle(options: Options): Options {
  const { address, beforeSend } = options;
  const titled = (event: WireEvent): WireEvent => {
    const { context } = event;
    const page = context?.page;
    if (event.type !== 'page' || event.name || !page) return event;
    const { href } = location;
    if (addressOf(address?.(href) ?? href).url.pathname !== page.path) return event;
    return { ...event, context: { ...context, page: { ...page, title: document.title } } };
  };
  return {
    ...options,
    beforeSend: (event) => (beforeSend ? beforeSend(titled(event)) : titled(event)),
  };
}
