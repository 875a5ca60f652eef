import type { Ask } from './ask.ts';

/**
 * Answers with a file whose text is made piece by piece, at the pace of whoever reads. Should a piece
 * fail, the connection breaks off, so that nobody takes a part for the whole.
 *
 * @param pieces - None of them empty: a stream takes no empty piece for a piece.
 * @param fileName - For browsers that save it, free of quotes.
 */
export function streamText(
  c: Ask,
  pieces: AsyncGenerator<string, undefined>,
  { type, fileName }: { readonly type: string; readonly fileName: string },
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await pieces.return(undefined);
    },
  });
  return c.body(body, 200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${fileName}"`,
  });
}
