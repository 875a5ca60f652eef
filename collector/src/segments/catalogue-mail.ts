import { type CatalogueEntry, count, entryOf, events, window } from './recipe.ts';

/** Read from what became of e-mails. */
export const mailEntries: readonly CatalogueEntry[] = [
  entryOf({
    id: 'email-clickers',
    name: 'E-mail clickers',
    reads: 'Clicked a link in an e-mail. Opens are left out: mail programs open by themselves.',
    parameters: { clicks: count(1, 'Clicks'), within: window('30d') },
    condition: ({ clicks, within }) => ({ did: 'Email Link Clicked', times: clicks, within }),
  }),
  entryOf({
    id: 'email-mute',
    name: 'E-mail mute',
    reads:
      'Was sent several e-mails and clicked in none. Opens are left out: mail programs open by themselves.',
    parameters: {
      sends: events('Email Sent', 'that an e-mail was sent'),
      emails: count(5, 'E-mails sent'),
      within: window('60d'),
    },
    condition: ({ sends, emails, within }) => ({
      all: [{ did: sends, times: emails, within }, { not: { did: 'Email Link Clicked', within } }],
    }),
  }),
  entryOf({
    id: 'bad-address',
    name: 'Bad address',
    kind: 'explicit',
    reads: 'E-mails came back: once for good, or several times for now.',
    parameters: { soft: count(4, 'Bounces that may pass (soft)') },
    condition: ({ soft }) => ({
      any: [
        { did: 'Email Bounced', where: { kind: 'hard' } },
        { did: 'Email Bounced', where: { kind: 'soft' }, times: soft },
      ],
    }),
  }),
];
