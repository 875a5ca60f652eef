import { addressOf } from '../address.ts';
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
  /** Answers to the fields that the owner names in `data-ink-fields`; of boxes and lists, all of them. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

/** As far as controls are looked at here; those that hold no answer lack most of it. */
interface Control extends Element {
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly checked?: boolean;
  readonly selectedOptions?: Iterable<{ readonly value: string }>;
}

/** Its methods are called from here: a field called `submit` stands in front of the form's own. */
export const FORM: HTMLFormElement = globalThis.HTMLFormElement?.prototype;

/** By type, `autocomplete` or name: passwords, files, payment, codes that are used once. */
const SECRET = /passw|pwd|^file|\bcc-|cvc|cvv|card.?n|one-time|\botp\b/i;
/** They hold no answer of the visitor's. */
const NO_ANSWER = /hidden|submit|button|reset|image|fieldset|output|object/;
/** Several of them may be chosen. */
const LIST = /checkbox|multiple/;
/** Names are keys, and the collector takes no longer ones. */
const NAME_CHARS_MAX = 60;

/** Looks at a form without changing it or raising events. */
export function factsOf(form: HTMLFormElement): FormFacts {
  const own = <T>(key: string): T => Reflect.get(FORM, key, form) || undefined;
  const controls = [...own<Iterable<Control>>('elements')]
    .slice(0, FIELDS_MAX)
    .filter(({ name, type }) => name && name.length < NAME_CHARS_MAX && !NO_ANSWER.test(type));
  const answered = controls.filter((control) => answersOf(control)[0]);
  const wanted = own<DOMStringMap>('dataset').inkFields?.split(/[\s,]+/);
  const told = answered.filter((control) => {
    const hints = `${control.type} ${control.name} ${control.getAttribute('autocomplete')}`;
    return wanted?.includes(control.name) && !SECRET.test(hints);
  });
  return {
    id: own('id'),
    name: own('name'),
    action: addressOf(own('action')).url.pathname,
    types: Object.fromEntries(controls.map(({ name, type }) => [name, type])),
    filled: [...new Set(answered.map(({ name }) => name))],
    fields: Object.fromEntries(
      told.map(({ name, type }) => {
        const answers = told.filter((each) => each.name === name).flatMap(answersOf);
        return [name, LIST.test(type) ? answers : (answers[0] ?? '')];
      }),
    ),
  };
}

/** One of most controls, none of an unchecked box, several of a list. */
function answersOf(control: Control): readonly string[] {
  const isChosen = control.checked || !/radio|checkbox/.test(control.type);
  const choices = control.selectedOptions ?? (isChosen ? [control] : []);
  return [...choices].map(({ value }) => `${value}`.slice(0, FIELD_CHARS_MAX)).filter(Boolean);
}
