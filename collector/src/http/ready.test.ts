import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../testing/api.ts';
import { startStory, type Told } from '../../testing/story.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.end());

const anybody = { key: null };

test('it says that it is ready, to anybody', async () => {
  const { status, headers, json } = await api.ask('/readyz', anybody);
  expect({ status, json }).toEqual({ status: 200, json: { status: 'ready' } });
  expect(headers.get('Cache-Control')).toBe('no-store');
  expect(api.reported).toEqual([]);
});

test('it is not once the writer is closed, and lives on', async () => {
  const stopped = await startApi();
  await stopped.end();
  const response = await stopped.request('/readyz', anybody);
  expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({
    ...{ code: 'unavailable', retryable: true },
    detail: expect.stringContaining('writer'),
  });
  expect((await stopped.request('/healthz', anybody)).status).toBe(200);
});

test('it is not while the database does not answer, and says why in the log alone', async () => {
  api.database.$client.close();
  const problem = await api.problem('/readyz', anybody);
  expect(problem).toMatchObject({
    ...{ status: 503, code: 'unavailable', retryable: true },
    detail: 'The database does not answer; the log says why.',
  });
  expect(api.reported).toHaveLength(1);
  expect((await api.request('/healthz', anybody)).status).toBe(200);
});

test('it is not while as much waits for the writer as it takes, and is again afterwards', async () => {
  const story = await startStory();
  const crowded = await startApi({ writer: story.writer });
  const many = Array.from({ length: 500 }, (): Told => ({ anonymousId: 'a' }));
  // All of it waits by now: the writer begins only once this has had its turn.
  const sent = Promise.all(Array.from({ length: 40 }, () => story.send(...many)));
  expect(await crowded.problem('/readyz', anybody)).toMatchObject({
    ...{ status: 503, code: 'unavailable', retryable: true },
    detail: expect.stringContaining('too many wait'),
  });
  const outcomes = await sent;
  expect(outcomes.filter(({ kind }) => kind === 'decided')).toHaveLength(40);
  expect((await crowded.request('/readyz', anybody)).status).toBe(200);
  await crowded.end();
  await story.end();
});
