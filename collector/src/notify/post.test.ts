import type dns from 'node:dns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver, status } from '../../testing/receiver.ts';
import { createPost, type PostPorts } from './post.ts';
import { publicLookup } from './public-lookup.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const LOCAL = new Set(['127.0.0.1', 'hooks.internal']);
const GOING_ON = new AbortController().signal;

function post(path: string, change: Partial<PostPorts> = {}, stop = GOING_ON) {
  const send = createPost({ allowedHosts: LOCAL, clock: () => 0, ...change });
  const url = path.startsWith('/') ? `${receiver.url}${path}` : path;
  return send({ url, headers: { 'x-test': 'yes' }, body: '{"é":1}' }, stop);
}

/** A resolver for which every name leads to these addresses. */
function leadsTo(...addresses: readonly string[]): typeof dns.lookup {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = (
    _name: string,
    _options: unknown,
    callback: (error: null, found: readonly object[]) => void,
  ) => callback(null, found);
  return lookup as unknown as typeof dns.lookup;
}

describe('a message', () => {
  test('is posted as it is, with its headers', async () => {
    expect(await post('/hook?x=1')).toEqual({ status: 200, answer: '' });
    expect(receiver.received).toEqual([
      expect.objectContaining({ path: '/hook?x=1', body: '{"é":1}' }),
    ]);
    expect(receiver.received[0]?.headers).toMatchObject({ 'x-test': 'yes', 'content-length': '8' });
  });

  test('is not sent again where a redirect leads', async () => {
    receiver.answering = status(307, { Location: '/elsewhere' });
    expect(await post('/hook')).toMatchObject({ status: 307 });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  test('comes back with how long to wait', async () => {
    receiver.answering = status(503, { 'Retry-After': '30' });
    expect(await post('/hook')).toEqual({ status: 503, answer: '', retryAfterMs: 30_000 });
  });

  test('that nobody takes says why', async () => {
    const { url } = receiver;
    await receiver.close();
    const refused = await createPost({ allowedHosts: LOCAL, clock: () => 0 })(
      { url, headers: {}, body: '' },
      GOING_ON,
    );
    expect(refused).toEqual({ error: expect.stringContaining('ECONNREFUSED'), answer: '' });
    receiver = await startReceiver();
  });
});

describe('of an answer', () => {
  test('the first 4 KiB are read, and whole characters of them', async () => {
    receiver.answering = (_request, response) => void response.end(`x${'é'.repeat(10_000)}`);
    const { answer } = await post('/hook');
    expect(answer).toBe(`x${'é'.repeat(2_047)}`);
  });

  test('no more than that is taken off the wire, however long it is', async () => {
    const isCutOff = new Promise<void>((resolve) => {
      receiver.answering = (_request, response) => {
        const more = () => {
          while (response.write('y'.repeat(16_384)));
        };
        response.on('drain', more).on('close', resolve);
        more();
      };
    });
    expect((await post('/hook')).answer).toBe('y'.repeat(4_096));
    await isCutOff;
  });

  test('the status counts, even if its body never ends', async () => {
    receiver.answering = (_request, response) => void response.writeHead(200).write('half');
    expect(await post('/hook', { timeoutMs: 200 })).toEqual({ status: 200, answer: 'half' });
  });

  test('there is none after the time-out', async () => {
    receiver.answering = () => {};
    expect(await post('/hook', { timeoutMs: 50 })).toEqual({
      ...{ error: 'No answer within 0.05 s', answer: '' },
    });
  });

  test('there is none if we stop', async () => {
    const stop = new AbortController();
    receiver.answering = () => stop.abort();
    expect(await post('/hook', {}, stop.signal)).toMatchObject({ answer: '' });
  });
});

describe('a name', () => {
  const NOWHERE = new Set<string>();
  const port = () => new URL(receiver.url).port;
  const postTo = (host: string, lookup: typeof dns.lookup, allowedHosts = NOWHERE) =>
    post(`http://${host}:${port()}/hook`, { allowedHosts, lookup });

  test.each([
    { leads: 'to this machine', addresses: ['127.0.0.1'] },
    { leads: 'to this machine, in IPv6', addresses: ['::1'] },
    { leads: 'to this machine, mapped', addresses: ['::ffff:127.0.0.1'] },
    { leads: 'to metadata', addresses: ['169.254.169.254'] },
    { leads: 'to a private network', addresses: ['10.0.0.8'] },
    { leads: 'somewhere public and to this machine', addresses: ['8.8.8.8', '127.0.0.1'] },
    { leads: 'nowhere', addresses: [] },
  ])('that leads $leads is not connected to', async ({ addresses }) => {
    const refused = await postTo('rebind.example', leadsTo(...addresses));
    expect(refused).toEqual({
      error: 'rebind.example does not lead to the public internet',
      answer: '',
    });
    expect(receiver.received).toEqual([]);
  });

  test('is judged anew for every connection', async () => {
    const answers = [leadsTo(), leadsTo('127.0.0.1')];
    let asked = 0;
    const lookup = ((...args: Parameters<typeof dns.lookup>) => {
      const answer = answers[asked % 2];
      asked += 1;
      return answer?.(...args);
    }) as unknown as typeof dns.lookup;
    for (let time = 1; time <= 2; time += 1) {
      expect((await postTo('rebind.example', lookup)).status).toBeUndefined();
      expect(asked).toBe(time);
    }
  });

  test('of this machine is looked up and refused', async () => {
    const refused = await post(`http://localhost:${port()}/`, { allowedHosts: NOWHERE });
    expect(refused.error).toContain('public internet');
    expect(receiver.received).toEqual([]);
  });

  test('that is an address is refused without a look-up', async () => {
    const refused = await post('/hook', { allowedHosts: NOWHERE });
    expect(refused.error).toContain('public internet');
    expect(receiver.received).toEqual([]);
  });

  test.each([
    {
      all: true,
      expected: [
        [
          { address: '8.8.8.8', family: 4 },
          { address: '2606:4700::1', family: 6 },
        ],
      ],
    },
    { all: false, expected: ['8.8.8.8', 4] },
  ])('that leads to public addresses alone is connected to (all: $all)', ({ all, expected }) => {
    const found: unknown[] = [];
    const lookup = publicLookup(leadsTo('8.8.8.8', '2606:4700::1'));
    lookup('example.com', { all }, (error, ...addresses) => found.push(error, ...addresses));
    expect(found).toEqual([null, ...expected]);
  });

  test('that cannot be found says so', async () => {
    const lookup = ((_name: string, _options: unknown, callback: (error: Error) => void) =>
      callback(new Error('getaddrinfo ENOTFOUND'))) as unknown as typeof dns.lookup;
    const refused = await postTo('no.example', lookup);
    expect(refused).toEqual({ error: 'getaddrinfo ENOTFOUND', answer: '' });
  });

  test('that is allowed leads wherever it leads', async () => {
    expect(await post('/hook')).toMatchObject({ status: 200 });
  });
});
