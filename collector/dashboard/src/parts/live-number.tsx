import { useEffect, useRef } from 'preact/hooks';
import { countWords } from '../words.ts';

/** A count that draws the eye for a moment when it changes. */
export function LiveNumber({ value }: { readonly value: number }) {
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value) return;
    element.current?.classList.remove('rose', 'fell');
    // Reading the layout makes the browser see the class go, so that the animation starts again.
    void element.current?.offsetWidth;
    element.current?.classList.add(value > shown.current ? 'rose' : 'fell');
    shown.current = value;
  }, [value]);
  return (
    <span ref={element} class="live-number">
      {countWords(value)}
    </span>
  );
}
