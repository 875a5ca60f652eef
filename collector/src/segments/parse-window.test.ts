import { describe, test } from 'vitest';
import { checkAccepted, checkRefused } from '../../testing/parsing.ts';

describe('a window is accepted', () => {
  test.each<[unknown]>([
    ['1s'],
    ['400d'],
    ['13mo'],
    ['1y'],
    [{ from: '90d', to: '30d' }],
    [{ from: '2mo', to: '1mo' }],
    [{ from: '32d', to: '1mo' }],
    [{ after: '2026-01-01' }],
    [{ before: '2026-01-01T12:30:00Z' }],
    [{ after: '2026-01-01', before: '2026-01-01T00:00:00.001Z' }],
    [{ calendar: 'thisMonth' }],
    [{ calendar: 'lastQuarter', zone: 'Asia/Kolkata' }],
  ])('%j', (within) => checkAccepted({ did: 'A', within }));
});

describe('a window is refused', () => {
  test.each<[unknown, Readonly<Record<string, RegExp>>]>([
    ['14mo', { '/within': /1mo to 13mo/ }],
    ['2y', { '/within': /or 1y/ }],
    [14, { '/within': /such as "14d" or a window such as/ }],
    [[], { '/within': /not a list/ }],
    [{}, { '/within': /write `from` and `to`, `after` and `before`, or `calendar`/ }],
    [
      { since: '2026-01-01' },
      { '/within/since': /did you mean `after`/, '/within': /is no window/ },
    ],
    [{ from: '90d', calendar: 'today' }, { '/within': /mixes kinds/ }],
    [{ from: '90d' }, { '/within/to': /`to` is missing/ }],
    [{ to: '90d' }, { '/within/from': /`from` is missing/ }],
    [{ from: '30d', to: '90d' }, { '/within': /`from` is the longer/ }],
    [{ from: '30d', to: '30d' }, { '/within': /`from` is the longer/ }],
    [{ from: '1mo', to: '30d' }, { '/within': /not always before/ }],
    [{ from: 'x', to: '30d' }, { '/within/from': /not a duration/ }],
    [{ from: '90d', to: '1d', within: '1d' }, { '/within/within': /unknown key/ }],
    [{ after: '2026-01-02', before: '2026-01-01' }, { '/within': /nothing lies between/ }],
    [{ after: '2026-01-01', before: '2026-01-01T00:00:00Z' }, { '/within': /nothing lies/ }],
    [{ after: '1.1.2026' }, { '/within/after': /write a date such as "2026-03-01"/ }],
    [{ after: '1969-12-31' }, { '/within/after': /from 1970 on/ }],
    [{ zone: 'UTC' }, { '/within/calendar': /`calendar` is missing/ }],
    [{ calendar: 'thisMoth' }, { '/within/calendar': /did you mean "thisMonth"\?$/ }],
    [{ calendar: 'always' }, { '/within/calendar': /expected "today" or "thisWeek"/ }],
    [
      { calendar: 'today', zone: 'Europe/Berlim' },
      { '/within/zone': /no IANA time zone; did you mean "Europe\/Berlin"\?/ },
    ],
    [{ calendar: 'today', zone: 'Mars' }, { '/within/zone': /write one such as/ }],
    [{ calendar: 'today', zone: '+01:00' }, { '/within/zone': /no IANA time zone/ }],
    [{ calendar: 'today', zone: '' }, { '/within/zone': /no IANA time zone/ }],
    [{ calendar: 'today', zone: 1 }, { '/within/zone': /such as "Europe\/Berlin", not/ }],
  ])('%j', (within, expected) => checkRefused({ did: 'A', within }, expected));
});
