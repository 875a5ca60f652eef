import type { ScoreModel } from './score-model.ts';

const page = (...globs: readonly string[]) => ({
  did: 'page',
  where: { path: { glob: globs.length === 1 ? (globs[0] ?? '') : globs } },
});

const NEWSLETTERS = ['newsletter', 'newsletter-signup', 'subscribe'];

/** The score that every site begins with. Its figures are conventions to tune. */
export const LEAD: ScoreModel = {
  id: 'lead',
  name: 'Lead score',
  max: 100,
  categories: [
    {
      ...{ id: 'pages', name: 'Pages', halfLife: '14d', cap: 15 },
      rules: [{ id: 'engaged', name: 'Read a page', did: 'Page Engaged', points: 1 }],
    },
    {
      ...{ id: 'intent', name: 'High intent', halfLife: '14d', cap: 30 },
      rules: [
        { id: 'pricing', name: 'Pricing', ...page('*/pricing*'), points: 10, per: 'session' },
        {
          ...{ id: 'comparison', name: 'Comparison', points: 8 },
          ...page('*/compare*', '*/vs/*', '*/alternatives*'),
        },
        {
          id: 'case-study',
          name: 'Case study',
          ...page('*/case-stud*', '*/customers*'),
          points: 4,
        },
        { id: 'docs', name: 'Documentation', ...page('*/docs*'), points: 4 },
        { id: 'integration', name: 'Integration', ...page('*/integrations*'), points: 4 },
        { id: 'security', name: 'Security', ...page('*/security*'), points: 4 },
      ],
    },
    {
      ...{ id: 'visits', name: 'Visits', halfLife: '21d', cap: 15 },
      rules: [{ id: 'session', name: 'Visit', did: 'page', points: 3, per: 'session' }],
    },
    {
      ...{ id: 'content', name: 'Content', halfLife: '30d', cap: 15 },
      rules: [
        {
          ...{ id: 'download', name: 'Download or webinar', points: 8 },
          did: ['File Downloaded', 'Webinar Attended'],
        },
        { id: 'search', name: 'Site search', did: 'Site Searched', points: 3 },
      ],
    },
    {
      // An open says little: mail programs open on their own.
      ...{ id: 'email', name: 'E-mail', halfLife: '14d', cap: 15 },
      rules: [
        { id: 'click', name: 'Clicked in an e-mail', did: 'Email Link Clicked', points: 5 },
        { id: 'reply', name: 'Replied', did: 'Email Replied', points: 8 },
      ],
    },
    {
      ...{ id: 'forms', name: 'Forms', halfLife: '30d', cap: 40 },
      rules: [
        // A demo form is any form and more: 40 together.
        {
          ...{ id: 'form', name: 'Form', did: 'Form Submitted', points: 15 },
          where: { form_id: { nin: NEWSLETTERS } },
        },
        {
          ...{ id: 'demo', name: 'Demo or contact form', did: 'Form Submitted', points: 25 },
          where: { form_id: { glob: ['*demo*', '*contact*'], ignoreCase: true } },
        },
        {
          ...{ id: 'request', name: 'Asked for a demo or contact', points: 40 },
          did: ['Demo Requested', 'Contact Requested'],
        },
        {
          ...{ id: 'newsletter', name: 'Newsletter', did: 'Form Submitted', points: 8 },
          where: { form_id: { in: NEWSLETTERS } },
        },
      ],
    },
    {
      ...{ id: 'product', name: 'Product', halfLife: '14d', cap: 25 },
      rules: [
        { id: 'sign-up', name: 'Signed up', did: ['Signed Up', 'Trial Started'], points: 20 },
        { id: 'key-event', name: 'Key event', did: 'Key Event', points: 5 },
      ],
    },
    {
      ...{ id: 'negative', name: 'Against', halfLife: null, cap: 60 },
      rules: [
        {
          id: 'careers',
          name: 'Careers page',
          ...page('*/careers*', '*/jobs*'),
          points: -10,
          lasts: '30d',
        },
        {
          ...{ id: 'unsubscribe', name: 'Unsubscribed', did: 'Unsubscribed' },
          ...{ points: -20, lasts: '180d' },
        },
        {
          ...{ id: 'bounce', name: 'Hard bounce', did: 'Email Bounced', points: -30 },
          where: { kind: 'hard' },
          until: { did: ['Email Delivered', 'Email Link Clicked', 'Email Replied'] },
        },
      ],
    },
  ],
  fit: { cap: 30, rules: [] },
  bands: [
    { id: 'hot', name: 'Hot', gt: 80 },
    { id: 'warm', name: 'Warm', gte: 50 },
    { id: 'cool', name: 'Cool', gte: 20 },
    { id: 'cold', name: 'Cold', gte: 0 },
  ],
};
