import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Api,
  describedBy,
  SECOND,
  START_MS,
  startApi,
  view,
  viewers,
} from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import { createStream } from '../notify/stream.ts';
import type { EventAnswer, NewKeyAnswer, Page, StreamMessage } from '../query/answers.ts';
import { messagesAfter } from '../query/messages.ts';

/** Longer than outgoing messages gather. */

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
  readonly id?: string;
  readonly event: string;
  readonly message: StreamMessage;
}

/** Reads server-sent events as a browser does, one at a time. */
async function listen(of: Api = api, key?: string, query = '', last?: string) {
  const response = await of.request(`/v1/stream${query}`, {
    ...(key !== undefined && { key }),
    ...(last !== undefined && { headers: { 'Last-Event-ID': last } }),
  });
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
      const [event, data, id] = [field('event'), field('data'), field('id')];
      if (event === undefined || data === undefined) continue;
      const message: StreamMessage = JSON.parse(data);
      // A gap is the one event that is no message; tests with a stream of their own make some up.
      const difference = (await describedBy(of)).differenceFrom('StreamMessage', message);
      expect(event === 'gap' || of !== api ? undefined : difference).toBeUndefined();
      return { event, message, ...(id !== undefined && { id }) };
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

test('a stream ends when the key is removed with which it was opened', async () => {
  const wish = { method: 'POST', body: { name: 'Listener', role: 'read' } };
  const { id, value } = (await api.ask<NewKeyAnswer>('/v1/keys', wish)).json;
  const { next } = await listen(api, value);
  const other = await listen();
  await api.send(view('a', '/first'));
  expect((await next()).event).toBe('event');
  await api.request(`/v1/keys/${id}`, { method: 'DELETE' });
  await api.send(view('a', '/second'));
  await expect(next()).rejects.toThrow('The stream has ended');
  expect((await other.next()).event).toBe('event');
  await other.stop();
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

    const person = {
      ...{ id: viewed?.profile, userId: 'ada', anonymousIds: ['a'], traits: { plan: 'pro' } },
    };
    const segment = { id: 'pricing', name: 'Viewers of /pricing', version: 1 };
    const entered = await next();
    expect(entered).toEqual({
      event: 'segment.entered',
      id: 'id' in entered.message && entered.message.id,
      message: {
        ...{ type: 'segment.entered', id: expect.stringMatching(/^msg_/), cause: 'event' },
        ...{ occurredAt: formatInstant(START_MS), segment, profile: person },
        evidence: [viewed?.id],
      },
    });

    await api.wait(600_000);
    const left = await next();
    expect(left).toEqual({
      event: 'segment.left',
      id: 'id' in left.message && left.message.id,
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

describe('who comes again with the last id', () => {
  /** Who entered, by their device, in the order in which it was told. */
  const names = async (next: () => Promise<Heard>, count: number) => {
    const heard: (string | undefined)[] = [];
    for (let told = 0; told < count; told += 1) {
      const { event, message } = await next();
      heard.push(message.type === 'segment.entered' ? message.profile.anonymousIds[0] : event);
    }
    return heard;
  };
  const enter = async (...people: readonly string[]) => {
    await api.send(...people.map((person) => view(person, '/pricing')));
  };
  /** The id of the first message that is told. */
  const firstId = async (): Promise<string> => {
    const { next, stop } = await listen(api, undefined, '?types=segment.entered');
    await enter('a');
    const { id } = await next();
    await stop();
    if (id === undefined) throw new Error('It has no id');
    return id;
  };

  test('hears what was told meanwhile, once and in order, and then what is told', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const last = await firstId();
    await enter('b', 'c');
    await enter('d');
    const { next, stop } = await listen(api, undefined, '?types=segment.entered', last);
    expect(await names(next, 3)).toEqual(['b', 'c', 'd']);
    await enter('e');
    expect(await names(next, 1)).toEqual(['e']);
    await stop();
  });

  test('also in the address, and through the same filter', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define(viewers('docs', '/docs'));
    const last = await firstId();
    await api.send(view('b', '/docs'), view('c', '/pricing'));
    const { next, stop } = await listen(api, undefined, `?segments=pricing&lastEventId=${last}`);
    expect(await names(next, 1)).toEqual(['c']);
    await stop();
  });

  test('after more than one step holds', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const last = await firstId();
    const people = Array.from({ length: 1_100 }, (_, index) => `p${index}`);
    for (let at = 0; at < people.length; at += 275) await enter(...people.slice(at, at + 275));
    const { next, stop } = await listen(api, undefined, '?types=segment.entered', last);
    expect(await names(next, people.length)).toEqual(people);
    await stop();
  });

  test('hears once what is told while it catches up', async () => {
    const inner = createStream();
    const early: StreamMessage[] = [];
    const own = await startApi({
      stream: {
        ...inner,
        subscribe: (site, listener) => {
          const stop = inner.subscribe(site, listener);
          for (const message of early) listener(message);
          return stop;
        },
      },
    });
    await own.define(viewers('pricing', '/pricing'));
    await own.send(view('a', '/pricing'), view('b', '/pricing'), view('c', '/pricing'));
    await own.send();
    const all = await messagesAfter(own.database, 1, 0, 10);
    early.push(...all.map(({ message }) => message), { type: 'event', event: LIVE });
    const { next, stop } = await listen(own, undefined, '', all[0]?.message.id);
    expect([...(await names(next, 2)), (await next()).event]).toEqual(['b', 'c', 'event']);
    await stop();
    await own.end();
  });
  const LIVE = { id: 'evt_live' } as EventAnswer;

  test('hears nothing of another site', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const last = await firstId();
    await enter('b');
    const other = await listen(api, SECOND.secretKey, '', last);
    await api.sendTo(SECOND.writeKey, view('x', '/second'));
    expect((await other.next()).event).toBe('gap');
    expect((await other.next()).event).toBe('event');
    await other.stop();
  });

  test('learns of a gap if it is not kept any more, and hears what is kept', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const last = await firstId();
    await api.wait(20 * 3_600_000);
    await enter('b');
    await api.wait(10 * 3_600_000);
    await api.send();
    const { next, stop } = await listen(api, undefined, '?types=segment.entered', last);
    expect(await names(next, 2)).toEqual(['gap', 'b']);
    await stop();
  });

  test('learns of a gap if we never gave that id', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await enter('a');
    for (const last of ['nonsense', 'evt_1', 'msg_!', `msg_${'z'.repeat(40)}`]) {
      const { next, stop } = await listen(api, undefined, '?types=segment.entered', last);
      expect((await next()).event).toBe('gap');
      await stop();
    }
  });
});

describe('a filter', () => {
  test('lets through the types and segments that it names', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define(viewers('docs', '/docs'));
    const left = await listen(api, undefined, '?types=segment.left,score.crossed');
    const docs = await listen(api, undefined, '?types=event,segment.entered&segments=docs,other');
    await api.send(view('a', '/pricing'), view('a', '/docs'));
    await api.wait(600_000);
    const about = async ({ next }: typeof left) => {
      const { message } = await next();
      return 'segment' in message ? `${message.type} ${message.segment.id}` : message.type;
    };
    expect([await about(left), await about(left)].toSorted()).toEqual([
      ...['segment.left docs', 'segment.left pricing'],
    ]);
    expect([await about(docs), await about(docs), await about(docs)]).toEqual([
      ...['event', 'event', 'segment.entered docs'],
    ]);
    await left.stop();
    await docs.stop();
  });

  test('of a type that there is not is refused', async () => {
    const problem = await api.problem('/v1/stream?types=event,segment.moved');
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});
