import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { quietly } from '../quietly.ts';
import { FORM, factsOf } from './fields.ts';
import { listen } from './listen.ts';

/**
 * Reports "Form Started" with the first answer of a form, and "Form Submitted" once it was sent: by
 * the browser, or by the page's own script. It only watches.
 */
export const forms: Plugin = (inkling, options) => {
  if (!isOn(options.forms)) return undefined;
  const started = new WeakSet<HTMLFormElement>();
  /** Submitted and not touched since: a second click, or `form.submit()` after the event, is no more. */
  const submitted = new WeakSet<HTMLFormElement>();
  /** Submissions that the page may still call off. */
  let pending: (() => void)[] = [];

  const settle = () => {
    for (const report of pending) report();
    pending = [];
  };

  const submit = quietly((form: HTMLFormElement, isHeldBack: () => boolean) => {
    if (submitted.has(form)) return;
    submitted.add(form);
    // Read now: the page's own script may clear the form.
    const facts = factsOf(form);
    pending.push(() => {
      if (isHeldBack()) submitted.delete(form);
      else inkling.track('Form Submitted', facts);
    });
    setTimeout(settle);
  });

  const hearSubmit = (event: Event) => {
    const form = originOf(event);
    const isValid = FORM.matches.call(form, ':valid');
    submit(form, () => event.defaultPrevented && !isValid);
  };

  const hearInput = (event: Event) => {
    const { form } = originOf<HTMLInputElement>(event);
    if (!form) return;
    submitted.delete(form);
    if (started.has(form)) return;
    started.add(form);
    // A submission does not leave a shadow tree.
    listen(FORM.getRootNode.call(form), 'submit', hearSubmit);
    inkling.track('Form Started', { ...factsOf(form), fields: undefined });
  };

  listen(window, 'submit', hearSubmit);
  listen(window, 'input', hearInput);
  listen(window, 'change', hearInput);
  // Sending by script raises no event.
  const native = FORM.submit;
  FORM.submit = function () {
    submit(this, () => false);
    native.call(this);
  };
  return settle;
};

/** Where an event began, be it in a shadow tree. What is no form after all fails where it is used. */
function originOf<T = HTMLFormElement>(event: Event): T {
  return event.composedPath()[0] as T;
}
