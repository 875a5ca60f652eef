import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { geoFile } from '../testing/geo-file.ts';
import { openGeoFile } from './geo-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkling-geo-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.mmdb`);
  writeFileSync(path, bytes);
  return path;
}

describe('a file of places', () => {
  test.each([
    [
      'of cities',
      {
        ...{ country: { iso_code: 'DE' }, city: { names: { en: 'Munich', de: 'München' } } },
        subdivisions: [{ names: { en: 'Bavaria' } }],
      },
      { country: 'DE', region: 'Bavaria', city: 'Munich' },
    ],
    ['of countries', { country: { iso_code: 'AT' } }, { country: 'AT' }],
    [
      'without objects',
      { country_code: 'US', region: 'California', city: 'Oakland' },
      { country: 'US', region: 'California', city: 'Oakland' },
    ],
    ['of something else', { isp: 'X' }, undefined],
  ])('%s tells where an address is', async (_, record, expected) => {
    const locate = await openGeoFile(fileOf(geoFile({ 81: record, 9: { country: 'XX' } })));
    expect(locate('81.2.3.4')).toEqual(expected);
  });

  test('knows nothing of other addresses, nor of what is none', async () => {
    const locate = await openGeoFile(fileOf(geoFile({ 81: { country: { iso_code: 'DE' } } })));
    expect(['82.2.3.4', '2001:db8::1', 'x', ''].map(locate)).toEqual(new Array(4).fill(undefined));
  });

  test.each([
    ['is not there', join(folder, 'none.mmdb')],
    ['is of another kind', fileOf(new TextEncoder().encode('places'))],
  ])('is refused if it %s', async (_, path) => {
    await expect(openGeoFile(path)).rejects.toThrow();
  });
});
