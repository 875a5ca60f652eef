import { useState } from 'preact/hooks';
import { announce } from '../announce.ts';

type State = 'ready' | 'copied' | 'denied';

const WORDS: { readonly [state in State]: string } = {
  ready: 'Copy',
  copied: 'Copied',
  denied: 'Press Ctrl+C',
};

/** How long "Copied" stays. */
const COPIED_MS = 2_000;

/**
 * Copies `text`. The clipboard exists on https and localhost only; elsewhere the text of the
 * element named `selects` is selected, so that one key press copies it.
 */
export function CopyButton({ text, selects }: { readonly text: string; readonly selects: string }) {
  const [state, setState] = useState<State>('ready');
  const copy = async () => {
    const copied = await toClipboard(text);
    if (!copied) select(selects);
    setState(copied ? 'copied' : 'denied');
    announce(copied ? 'Copied' : 'Selected. Press Control C to copy.');
    if (copied) setTimeout(() => setState('ready'), COPIED_MS);
  };
  return (
    <button type="button" class="copy" onClick={copy}>
      {WORDS[state]}
    </button>
  );
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function select(id: string): void {
  const element = document.getElementById(id);
  if (element !== null) getSelection()?.selectAllChildren(element);
}
