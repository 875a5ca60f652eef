import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { listen } from '../capture/listen.ts';

const PREFIX = 'data-ink-';
const EVENT = `${PREFIX}event`;

/**
 * Reports clicks on elements with `data-ink-event`, which names the event. Its other `data-ink-*`
 * attributes are the properties: `data-ink-plan-name="Pro"` is `plan_name`.
 */
export const clicks: Plugin = (inkling, { clicks }) => {
  if (!isOn(clicks)) return undefined;
  listen(window, 'click', (event) => {
    const path = event.composedPath().filter((each) => each instanceof Element);
    const element = path.find((each) => each.hasAttribute(EVENT));
    if (!element) return;
    const said = [...element.attributes].filter(
      ({ name }) => name.startsWith(PREFIX) && name !== EVENT,
    );
    const properties = said.map(({ name, value }) => [
      name.slice(PREFIX.length).replaceAll('-', '_'),
      value,
    ]);
    inkling.track(element.getAttribute(EVENT) ?? '', Object.fromEntries(properties));
  });
  return undefined;
};
