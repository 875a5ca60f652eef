import { expect, test } from 'vitest';
import { startApi } from '../../testing/api.ts';
import { createVocabulary } from '../ingest/vocabulary.ts';
import type { Page, QuarantineAnswer } from '../query/answers.ts';

test('an event whose name is one too many is told, kept in the quarantine, and takes none of the others along', async () => {
  const api = await startApi({ vocabulary: createVocabulary([], { names: 1, paths: 1 }) });
  try {
    const track = (event: string, properties = {}) => ({
      ...{ type: 'track', event, anonymousId: 'a', properties },
    });
    const answer = await api.send(
      track('Bought', { price: 1 }),
      track('Bought 42'),
      track('Bought', { price: 2, price_42: 1 }),
      track('Bought', { price: 3 }),
    );
    expect(answer).toMatchObject({ accepted: 2, rejected: 2 });
    expect(answer.results).toMatchObject([
      { index: 1, code: 'quota_cardinality', detail: expect.stringContaining('name too many') },
      { index: 2, code: 'quota_cardinality', detail: expect.stringContaining('key too many') },
    ]);
    const path = '/v1/quarantine?code=quota_cardinality';
    const { data } = (await api.ask<Page<QuarantineAnswer>>(path)).json;
    expect(data.map(({ pointer }) => pointer)).toEqual(['/properties/price_42', '/event']);
    expect(api.reported).toEqual([]);
  } finally {
    await api.end();
  }
});
