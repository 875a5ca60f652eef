/** A method's parameter may be narrower than `Event`: the type of an event follows from its name. */
type Hear = { hear(event: Event): void }['hear'];

/**
 * Listens before the page's own listeners do, and keeps what goes wrong here to itself: an error of
 * ours is none of the page's.
 */
export function listen(target: EventTarget, type: string, hear: Hear): void {
  const safely = (event: Event) => {
    try {
      hear(event);
    } catch {}
  };
  target.addEventListener(type, safely, true);
}
