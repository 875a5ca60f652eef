import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, SECOND, START_MS, startApi, view, viewers } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import { createStream } from '../notify/stream.ts';
import type { EventAnswer, Page, StreamMessage } from '../query/answers.ts';

/** Longer than outgoing messages gather. */
const RELAY_MS = 1_000;

const stream = createStream();
let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

interface Heard {
  readonly event: string;
  readonly message: StreamMessage;
}

/** Reads server-sent events as a browser does, one at a time. */
async function listen(of: Api = api, key?: string) {
  const response = await of.request('/v1/stream', key === undefined ? {} : { key });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const block = async (): Promise<string> => {
    for (let end = text.indexOf('\n\n'); ; end = text.indexOf('\n\n')) {
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const chunk = await reader?.read();
      if (chunk?.value === undefined) throw new Error('The stream has ended');
      text += chunk.value;
    }
  };
  const next = async (): Promise<Heard> => {
    for (;;) {
      const lines = (await block()).split('\n');
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [field('event'), field('data')];
      if (event !== undefined && data !== undefined) return { event, message: JSON.parse(data) };
    }
  };
  return { response, block, next, stop: async () => await reader?.cancel() };
}

test('the stream opens with a comment, so that a proxy passes it on at once', async () => {
  const { response, block, stop } = await listen();
  expect(response.headers.get('Content-Type')).toBe('text/event-stream');
  expect(response.headers.get('Cache-Control')).toBe('no-cache');
  expect(await block()).toBe(': still here');
  await stop();
});

describe('what happens is told', () => {
  test('an event as the lists show it', async () => {
    const { next, stop } = await listen();
    await api.send(view('a', '/pricing', { context: { sessionId: 's' } }));
    const { event, message } = await next();
    const { json } = await api.ask<Page<EventAnswer>>('/v1/events');
    expect({ event, message }).toEqual({
      event: 'event',
      message: { type: 'event', event: json.data[0] },
    });
    await stop();
  });

  test('who entered and who left, with person, cause and evidence', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const { next, stop } = await listen();
    await api.send(
      { type: 'identify', anonymousId: 'a', userId: 'ada', traits: { plan: 'pro' } },
      view('a', '/pricing', { userId: 'ada' }),
    );
    const told = [await next(), await next()];
    expect(told.map(({ event }) => event)).toEqual(['event', 'event']);
    const viewed = told[1]?.message.type === 'event' ? told[1].message.event : undefined;

    await api.wait(RELAY_MS);
    const person = {
      ...{ id: viewed?.profile, userId: 'ada', anonymousIds: ['a'], traits: { plan: 'pro' } },
    };
    const segment = { id: 'pricing', name: 'Viewers of /pricing', version: 1 };
    const entered = await next();
    expect(entered).toEqual({
      event: 'segment.entered',
      message: {
        ...{ type: 'segment.entered', id: expect.stringMatching(/^msg_/), cause: 'event' },
        ...{ occurredAt: formatInstant(START_MS), segment, profile: person },
        evidence: [viewed?.id],
      },
    });

    await api.wait(600_000);
    await api.wait(RELAY_MS);
    const left = await next();
    expect(left).toEqual({
      event: 'segment.left',
      message: {
        ...{ type: 'segment.left', id: expect.stringMatching(/^msg_/), cause: 'time' },
        ...{ occurredAt: formatInstant(START_MS + 600_000), segment, profile: person },
        evidence: [],
      },
    });
    expect('id' in left.message && 'id' in entered.message).toBe(true);
    expect(left.message).not.toMatchObject({ id: 'id' in entered.message && entered.message.id });
    await stop();
  });

  test('to everybody who listens, and to their own site alone', async () => {
    const one = await listen();
    const two = await listen();
    const other = await listen(api, SECOND.secretKey);
    await api.send(view('a', '/first'));
    await api.sendTo(SECOND.writeKey, view('a', '/second'));
    for (const { next } of [one, two]) {
      expect((await next()).message).toMatchObject({ event: { properties: { path: '/first' } } });
    }
    expect((await other.next()).message).toMatchObject({
      event: { properties: { path: '/second' } },
    });
    for (const { stop } of [one, two, other]) await stop();
  });

  test('what line breaks and quotes are in it, in one piece', async () => {
    const { next, stop } = await listen();
    const properties = { text: 'one\n\ntwo\r\nevent: forged\n\n"quoted"\u2028' };
    await api.send({ type: 'page', anonymousId: 'a', properties });
    expect((await next()).message).toMatchObject({ event: { properties } });
    await stop();
  });
});

describe('a listener', () => {
  test('who goes is told nothing more', async () => {
    const own = await startApi({ stream });
    const { block, stop } = await listen(own);
    await block();
    expect(stream.isHeard(1)).toBe(true);
    await stop();
    expect(stream.isHeard(1)).toBe(false);
    await own.end();
  });

  test('who does not read is let go, instead of being kept in memory', async () => {
    const own = await startApi({ stream });
    const { block, stop } = await listen(own);
    await block();
    const message = { type: 'event', event: {} } as StreamMessage;
    for (let told = 0; told <= 1_000; told += 1) stream.publish(1, message);
    expect(stream.isHeard(1)).toBe(false);
    await stop();
    await own.end();
  });

  test('who reads hears more than that', async () => {
    const own = await startApi({ stream });
    const { next, stop } = await listen(own);
    const message = { type: 'event', event: {} } as StreamMessage;
    for (let told = 0; told < 1_500; told += 1) {
      stream.publish(1, message);
      if (told % 500 === 499) for (let read = 0; read < 500; read += 1) await next();
    }
    expect(stream.isHeard(1)).toBe(true);
    await stop();
    await own.end();
  });
});
