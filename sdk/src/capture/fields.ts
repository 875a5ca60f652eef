import { addressOf } from '../event.ts';
import { FIELD_CHARS_MAX, FIELDS_MAX } from '../limits.ts';

/** What is told of a form. */
export interface FormFacts {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** Path of where it goes. */
  readonly action: string;
  /** Type of each field by its name. */
  readonly types: Readonly<Record<string, string>>;
  /** Names of the fields with an answer. */
  readonly filled: readonly string[];
  /** Answers to the fields that the owner names in `data-ink-fields`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** As far as controls are looked at here; those that hold no answer lack most of it. */
interface Control extends Element {
  readonly type: string;
  readonly value: string;
  readonly checked?: boolean;
}

/** By type, `autocomplete` or name: passwords, files, payment, codes that are used once. */
const SECRET = /passw|pwd|^file|\bcc-|cvc|cvv|card.?n|one-time|\botp\b/i;
/** They hold no answer of the visitor's. */
const NO_ANSWER = /hidden|submit|button|reset|image|fieldset|output|object/;
/** Names are keys, and the collector takes no longer ones. */
const NAME_CHARS_MAX = 60;

/** Looks at a form without changing it or raising events. */
export function factsOf(form: HTMLFormElement): FormFacts {
  const wanted = attribute(form, 'data-ink-fields')?.split(/[\s,]+/);
  const types: Record<string, string> = {};
  const fields: Record<string, string> = {};
  const filled: string[] = [];
  const controls = [...own<Iterable<Control>>(form, 'elements')];
  for (const control of controls.slice(0, FIELDS_MAX)) {
    const { type } = control;
    const name = attribute(control, 'name');
    if (!name || name.length > NAME_CHARS_MAX || NO_ANSWER.test(type)) continue;
    types[name] = type;
    const isChosen = control.checked || !/radio|checkbox/.test(type);
    if (!isChosen || !control.value) continue;
    filled.push(name);
    const hints = `${type} ${name} ${attribute(control, 'autocomplete')}`;
    if (wanted?.includes(name) && !SECRET.test(hints)) {
      fields[name] = control.value.slice(0, FIELD_CHARS_MAX);
    }
  }
  return {
    id: attribute(form, 'id'),
    name: attribute(form, 'name'),
    action: addressOf(own(form, 'action')).url.pathname,
    types,
    filled,
    fields,
  };
}

/** By the prototype's getter: a field called `elements` stands in front of the form's own. */
function own<T>(form: HTMLFormElement, key: string): T {
  return Reflect.get(HTMLFormElement.prototype, key, form);
}

function attribute(element: Element, name: string): string | undefined {
  return Element.prototype.getAttribute.call(element, name) || undefined;
}
