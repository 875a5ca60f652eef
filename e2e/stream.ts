import type { StreamMessage } from '../collector/src/query/answers.ts';
import type { Collector } from './collector.ts';

/** What a collector tells as it happens. */
export interface Listener {
  /** All that was told so far, oldest first. */
  heard(): readonly StreamMessage[];
  close(): void;
}

/** Listens from now on: what happens after this has resolved is heard. */
export async function listen(collector: Collector): Promise<Listener> {
  const closing = new AbortController();
  const response = await fetch(`${collector.url}/v1/stream`, {
    headers: { authorization: `Bearer ${collector.secretKey}`, accept: 'text/event-stream' },
    signal: closing.signal,
  });
  if (!response.ok || response.body === null) {
    throw new Error(`/v1/stream answered ${response.status}: ${await response.text()}`);
  }
  const messages: StreamMessage[] = [];
  void collect(response.body, messages).catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  return { heard: () => messages, close: () => closing.abort() };
}

async function collect(body: ReadableStream<Uint8Array>, into: StreamMessage[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const parts = `${text}${decoder.decode(chunk, { stream: true })}`.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const payload = part
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).trimStart())
        .join('\n');
      if (payload !== '') into.push(JSON.parse(payload));
    }
  }
}
