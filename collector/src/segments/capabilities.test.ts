import { describe, expect, test } from 'vitest';
import { parseDefinition } from './parse-definition.ts';
import { definitionWords } from './words.ts';

/** What people want to say of a segment: its members beside the frame, and its words. */
type Said = readonly [members: object, words: string];

const visited = (glob: string, rest: object = {}) => ({
  did: 'page',
  where: { path: { glob } },
  ...rest,
});

/** Each is a sentence of the capability table, in the order of the table. */
const CAPABILITIES: Readonly<Record<string, readonly Said[]>> = {
  'pages visited and not visited': [
    [{ if: visited('/pricing*') }, 'Viewed /pricing*'],
    [{ if: { not: visited('/docs*', { within: '14d' }) } }, 'Never viewed /docs* within 14 days'],
  ],
  returning: [
    [
      { if: visited('/pricing*', { distinct: 'session', times: 2, within: '14d' }) },
      'Viewed /pricing* in at least 2 sessions within 14 days',
    ],
  ],
  comparison: [
    [
      {
        if: {
          any: [
            visited('/compare/*'),
            { did: 'Product Viewed', distinct: 'product_id', times: 2, within: '7d' },
          ],
        },
      },
      'Viewed /compare/*, or Product Viewed with at least 2 different product_id within 7 days',
    ],
  ],
  content: [
    [
      {
        if: {
          any: [
            { did: 'File Downloaded', where: { url: { contains: 'seo' } }, within: '90d' },
            { did: 'Form Submitted', where: { 'fields.topic': 'seo' }, within: '90d' },
          ],
        },
      },
      'File Downloaded where url contains "seo" within 90 days, or Form Submitted where fields.topic is "seo" within 90 days',
    ],
    [
      { if: { all: [{ did: 'File Downloaded' }, { not: { did: 'Demo Requested' } }] } },
      'File Downloaded, and never Demo Requested',
    ],
  ],
  'search terms': [
    [
      { if: { did: 'Site Searched', where: { query: { contains: 'premium', ignoreCase: true } } } },
      'Site Searched where query contains "premium" (in any case)',
    ],
    [
      { if: { did: 'page', where: { 'context.campaign.term': 'lead scoring' } } },
      'Viewed a page where context.campaign.term is "lead scoring"',
    ],
  ],
  'interest by any of several routes': [
    [
      {
        if: {
          any: [
            { did: 'Site Searched', where: { query: { contains: 'crm' } } },
            { did: 'Email Link Clicked', where: { link_url: { contains: 'crm' } } },
            visited('*crm*'),
            { did: 'File Downloaded', where: { url: { contains: 'crm' } } },
          ],
        },
      },
      'Site Searched where query contains "crm", or Email Link Clicked where link_url contains "crm", or viewed *crm*, or File Downloaded where url contains "crm"',
    ],
  ],
  'forms and their answers': [
    [
      { if: { did: 'Form Submitted', where: { 'fields.industry': { exists: true } } } },
      'Form Submitted where fields.industry is given',
    ],
    [
      { if: { did: 'Form Submitted', latest: true, is: { 'fields.biggest_challenge': 'Time' } } },
      'Latest Form Submitted had fields.biggest_challenge Time',
    ],
  ],
  'app events': [
    [{ if: { did: 'Friend Added' } }, 'Friend Added'],
    [{ if: { did: 'Friend Added', times: 5 } }, 'Friend Added at least 5 times'],
    // True during the three days; who ever was in it did so, and stays in the segment that asks that.
    [
      {
        if: {
          all: [
            { did: 'Signed Up', within: '3d' },
            { did: 'Task Created', times: { gt: 5 }, within: '3d' },
          ],
        },
      },
      'Signed Up within 3 days, and Task Created at least 6 times within 3 days',
    ],
    [{ if: { segment: 'eager', state: 'ever' } }, 'Was in segment eager at any time'],
  ],
  'not done': [
    [
      { if: { all: [{ did: 'Email Sent' }, { not: { did: 'Email Opened' } }] } },
      'Email Sent, and never Email Opened',
    ],
    [
      { if: { all: [{ did: 'Trial Started' }, { not: { did: 'Stripe Connected' } }] } },
      'Trial Started, and never Stripe Connected',
    ],
    [
      {
        if: {
          all: [
            { did: 'Signed Up', within: { from: '30d', to: '3d' } },
            { not: { did: 'Key Step Done' } },
          ],
        },
      },
      'Signed Up between 30 days and 3 days ago, and never Key Step Done',
    ],
  ],
  recency: [
    [{ if: { did: 'Order Completed', within: '7d' } }, 'Order Completed within 7 days'],
    [
      { if: { did: 'Signed Up', where: { plan: { ne: 'free' } }, within: '6mo' } },
      'Signed Up where plan is not "free" within 6 months',
    ],
  ],
  inactivity: [
    ...['7', '14', '30', '60', '90', '180'].map(
      (days): Said => [{ if: { idle: `${days}d` } }, `Idle for ${days} days`],
    ),
    [
      { if: { all: [{ idle: '30d' }, { trait: 'stripe.status', is: 'trial' }] } },
      'Idle for 30 days, and stripe.status is trial',
    ],
  ],
  sequence: [
    [
      {
        if: {
          seq: [{ did: 'Checkout Started' }, { no: 'Order Completed', for: '1h' }],
          within: '7d',
        },
      },
      'Checkout Started and then no Order Completed for 1 hour, within 7 days',
    ],
    [
      { if: { seq: [{ did: 'A' }, { did: 'B' }, { did: 'C' }], within: '7d' } },
      'A and then B and then C, within 7 days',
    ],
  ],
  traits: [
    [{ if: { trait: 'city', is: 'New York' } }, 'city is New York'],
    [
      {
        if: {
          all: [
            { trait: 'gender', is: 'f' },
            { trait: 'age', is: { between: [25, 45] } },
          ],
        },
      },
      'gender is f, and age is between 25 and 45',
    ],
    [
      {
        if: {
          all: [
            { trait: 'continent', is: 'Europe' },
            { trait: 'languages', is: { has: 'en' } },
          ],
        },
      },
      'continent is Europe, and languages has en',
    ],
    [
      { if: { trait: 'job_title', is: { contains: 'seo', ignoreCase: true } } },
      'job_title contains seo (in any case)',
    ],
    [
      {
        if: {
          all: [
            { trait: 'trial_ends_at', is: { next: '1d' } },
            { trait: 'groups', is: { has: 'b' } },
          ],
        },
      },
      'trial_ends_at lies in the next 1 day, and groups has b',
    ],
    [{ if: { trait: 'contact_type', is: 'lead' } }, 'contact_type is lead'],
  ],
  'e-mail': [
    [{ if: { did: 'Email Link Clicked' } }, 'Email Link Clicked'],
    [
      { if: { did: 'Email Replied', times: { gt: 3 }, within: '6mo' } },
      'Email Replied at least 4 times within 6 months',
    ],
    [{ if: { did: 'Unsubscribed' } }, 'Unsubscribed'],
    [
      {
        if: {
          any: [
            { did: 'Email Bounced', where: { kind: 'hard' } },
            { did: 'Email Bounced', where: { kind: 'soft' }, times: 4 },
          ],
        },
      },
      'Email Bounced where kind is "hard", or Email Bounced where kind is "soft" at least 4 times',
    ],
  ],
  billing: [
    [
      { if: { did: 'Order Completed', latest: true, is: { total: { gte: 100 } } } },
      'Latest Order Completed had total that is at least 100',
    ],
    [
      {
        if: {
          did: 'Order Completed',
          sum: 'total',
          is: { gte: 500 },
          within: { calendar: 'thisMonth' },
        },
      },
      'Total of total at least 500 in Order Completed this month',
    ],
    [{ if: { did: 'Order Refunded' } }, 'Order Refunded'],
    [
      { if: { trait: 'stripe.status', is: { in: ['trial', 'trialing'] } } },
      'stripe.status is trial or trialing',
    ],
  ],
  preferences: [
    [{ if: { trait: 'topics', is: { hasAny: ['a', 'b'] } } }, 'topics has any of a or b'],
    [{ if: { trait: 'consent.email', is: { ne: false } } }, 'consent.email is not false'],
  ],
  'lead score': [
    [
      { if: { score: 'lead', is: { gt: 80 } }, leaveIf: { score: 'lead', is: { lt: 70 } } },
      'Lead score above 80, leaves below 70',
    ],
    [{ if: { score: 'lead', none: true } }, 'No lead score'],
    [
      {
        if: { score: 'lead', rose: { gt: 0 }, within: '30d' },
        top: { by: { score: 'lead', what: 'rise', within: '30d' }, n: 50 },
      },
      'Lead score rose by above 0 within 30 days; only the top 50 by rise of lead score within 30 days',
    ],
    [
      { if: { score: 'lead', peak: { gte: 80 }, within: '1y' } },
      'Peak of lead score at least 80 within 1 year',
    ],
    [
      { if: { score: 'lead', fell: { gte: 20 }, within: '60d' } },
      'Lead score fell by at least 20 within 60 days',
    ],
  ],
  CRM: [
    [{ if: { trait: 'lead_stage', is: 'Qualified' } }, 'lead_stage is Qualified'],
    [
      { if: { idle: '14d', of: ['Sales Call', 'Sales Email'], never: 'include' } },
      'No Sales Call or Sales Email for 14 days or ever',
    ],
  ],
  'places and devices': [
    [
      { if: { did: 'page', latest: true, is: { 'context.location.country': 'DE' } } },
      'Latest page had country DE',
    ],
    [
      { if: { did: 'page', where: { 'context.device.type': 'mobile' }, within: '30d' } },
      'Viewed a page where device is "mobile" within 30 days',
    ],
  ],
  companies: [
    [
      {
        if: {
          account: visited('/pricing*', { distinct: 'person', times: 3, within: '14d' }),
        },
      },
      'At least 3 people of the same account viewed /pricing* within 14 days',
    ],
  ],
  combination: [
    [
      {
        if: {
          all: [
            { any: [{ did: 'A' }, { segment: 'hot-leads' }] },
            { segment: 'hot-leads', state: 'ever' },
            { not: { segment: 'customers' } },
          ],
        },
      },
      '(A, or in Hot leads), and was in Hot leads at any time, and not in segment customers',
    ],
  ],
  experiments: [
    [
      { if: { bucket: { salt: 'new-checkout', from: 0, to: 50 } } },
      'In the share from 0 to 50 % of the draw "new-checkout"',
    ],
    [
      { if: { not: { bucket: { salt: 'hold-out', from: 0, to: 10 } } } },
      'Not in the share from 0 to 10 % of the draw "hold-out"',
    ],
  ],
  lists: [
    [
      {
        if: {
          all: [
            { list: 'Spring fair' },
            { did: 'List Joined', where: { list_id: 'Spring fair' }, within: '30d' },
          ],
        },
      },
      'On list Spring fair, and List Joined where list_id is "Spring fair" within 30 days',
    ],
  ],
  moments: [
    [
      { if: { segment: 'hot-leads', state: 'entered', within: '7d' } },
      'Entered Hot leads within 7 days',
    ],
    [
      { if: { segment: 'hot-leads', state: 'left', within: '1h' }, minStay: '1d' },
      'Left Hot leads within 1 hour; stays for at least 1 day',
    ],
  ],
};

test('all twenty-four can be said', () => {
  expect(Object.keys(CAPABILITIES)).toHaveLength(24);
});

describe.each(Object.entries(CAPABILITIES))('%s', (_, said) => {
  test.each(said.map(([members, words]) => ({ members, words })))(
    '$words',
    ({ members, words }) => {
      const definition = { id: 'x', name: 'X', kind: 'implicit', ...members };
      const parsed = parseDefinition(JSON.parse(JSON.stringify(definition)));
      expect(parsed).toEqual({ ok: true, value: definition });
      if (!parsed.ok) return;
      const nameOf = (_kind: string, id: string) => (id === 'hot-leads' ? 'Hot leads' : undefined);
      expect(definitionWords(parsed.value, nameOf)).toBe(words);
    },
  );
});
