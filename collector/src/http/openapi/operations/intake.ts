import { question } from '../operation.ts';
import { PAGE } from '../parameters.ts';
import { UtcDay } from '../schemas/common.ts';
import { QuarantinePage, RejectionReason, Stats } from '../schemas/intake.ts';

const tag = 'Events';

export const tellStats = question('read', {
  id: 'tellStats',
  tag,
  summary: 'What became of all events, by UTC day and write key',
  description:
    '`received` is `accepted` + `duplicate` + `rejected` + `dropped`, counted in the transactions that decided them. Days on which nothing came are left out.',
  query: {
    from: { description: 'The first day; 29 days before `to`, if absent.', schema: UtcDay },
    to: { description: 'The last day; today, if absent.', schema: UtcDay },
  },
  answers: { 200: { description: 'The counts, the newest day first.', json: Stats } },
  problems: ['invalid_request'],
});

export const listQuarantine = question('read', {
  id: 'listQuarantine',
  tag,
  summary: 'Events that were rejected, and why, the newest first',
  description:
    'Kept for 30 days, the newest 10,000 of a site, without secrets and cut where they are long.',
  query: {
    ...PAGE,
    code: { description: 'Only what was rejected for this reason.', schema: RejectionReason },
  },
  answers: { 200: { description: 'A page of them.', json: QuarantinePage } },
  problems: ['invalid_request'],
});
