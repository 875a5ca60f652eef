import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  /** Runs when it is closed, however: by Escape, its button, or {@link Props.children}'s `close`. */
  readonly onClose: () => void;
  readonly wide?: boolean;
  /** `close` closes through the element, which gives the focus back to where it was. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A modal dialog that is open for as long as it is rendered. */
export function Dialog({ title, onClose, wide = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} class={wide ? 'wide' : ''} aria-labelledby={titleId} onClose={onClose}>
      <header class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="quiet icon" aria-label="Close" onClick={close}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M3 3l10 10M13 3L3 13" />
          </svg>
        </button>
      </header>
      {children(close)}
    </dialog>
  );
}
