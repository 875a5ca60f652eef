import { quietly } from '../quietly.ts';

/** A method's parameter may be narrower than `Event`: the type of an event follows from its name. */
type Hear = { hear(event: Event): void }['hear'];

/** Listens before the page's own listeners do. */
export function listen(target: EventTarget, type: string, hear: Hear): void {
  target.addEventListener(type, quietly(hear), true);
}
