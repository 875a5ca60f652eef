/** What came of waiting for an answer for a limited time. */
export type Waited<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/** Waits for an answer, but no longer than `ms`. Never rejects; an answer that comes later is let go. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<Waited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Waited<T>>((resolve) => {
    timer = setTimeout(resolve, ms, { kind: 'late' });
  });
  const answered = answer.then(
    (value): Waited<T> => ({ kind: 'answered', value }),
    (error: unknown): Waited<T> => ({ kind: 'failed', error }),
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whoever asks while an answer is still awaited awaits that one: what hangs is not asked without end. */
export function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}
