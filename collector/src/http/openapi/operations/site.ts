import { open, question } from '../operation.ts';
import {
  Audit,
  AuditWish,
  Health,
  KeyPage,
  KeyWish,
  NewKey,
  NewSite,
  NewSiteWish,
  OpenApi,
  Readiness,
  Session,
  SignIn,
  SiteOf,
  SitePage,
  SiteWish,
} from '../schemas/site.ts';

const tag = 'Site';

export const listKeys = question('read', {
  id: 'listKeys',
  tag,
  summary: 'All keys, the oldest first',
  description: 'Of a secret key only a hash is kept, so it is not shown.',
  answers: { 200: { description: 'All of them on one page.', json: KeyPage } },
});

export const createKey = question('admin', {
  id: 'createKey',
  tag,
  summary: 'Make a key',
  body: { schema: KeyWish },
  answers: { 201: { description: 'With the key itself, this once.', json: NewKey } },
  problems: ['invalid_request', 'conflict'],
});

export const removeKey = question('admin', {
  id: 'removeKey',
  tag,
  summary: 'Remove a key',
  description:
    'It is good for nothing from then on, and neither are sessions that were opened with it. The key of the request cannot be removed, nor the last that writes, nor the last admin key.',
  path: { id: 'The key’s id.' },
  answers: { 204: { description: 'It is removed.' } },
  problems: ['not_found', 'in_use'],
});

export const listSites = question('read', {
  id: 'listSites',
  tag,
  summary: 'All sites, the oldest first',
  description: 'Keys of the default site see all of them, others their own.',
  answers: { 200: { description: 'All of them on one page.', json: SitePage } },
});

export const createSite = question('admin', {
  id: 'createSite',
  tag,
  summary: 'Make a site with keys of its own',
  description:
    'For admin keys of the default site. It begins with the lead score and two ready-made segments, and shares nothing with others.',
  body: { schema: NewSiteWish },
  answers: { 201: { description: 'With its keys, the secret one this once.', json: NewSite } },
  problems: ['invalid_request', 'conflict'],
});

export const removeSite = question('admin', {
  id: 'removeSite',
  tag,
  summary: 'Remove a site with everything of it',
  description:
    'For admin keys of the default site, which itself stays. The site’s keys are good for nothing from the answer on; its events, people and definitions go soon after, in steps between other requests. Nothing brings them back.',
  path: { id: 'The site’s id.' },
  answers: { 204: { description: 'It is removed.' } },
  problems: ['not_found', 'in_use'],
});

export const readSite = question('read', {
  id: 'readSite',
  tag,
  summary: 'The site whose key was given',
  answers: { 200: { description: 'The site.', json: SiteOf } },
});

export const changeSite = question('admin', {
  id: 'changeSite',
  tag,
  summary: 'Change what the site wants',
  body: { schema: SiteWish },
  answers: { 200: { description: 'The site as it is now.', json: SiteOf } },
  problems: ['invalid_request', 'conflict'],
});

export const audit = question('read', {
  id: 'audit',
  tag,
  summary: 'Hold memberships against the full log',
  body: { schema: AuditWish, optional: true },
  answers: { 200: { description: 'What was checked, and what differs.', json: Audit } },
  problems: ['invalid_request', 'not_found'],
});

export const readSession = question('read', {
  id: 'readSession',
  tag,
  summary: 'Who is signed in to the dashboard',
  answers: { 200: { description: 'And what the install page shows.', json: Session } },
});

export const openSession = open({
  id: 'openSession',
  tag,
  summary: 'Sign in to the dashboard with a secret key',
  description: 'Sets a cookie that is worth what the key is worth.',
  body: { schema: SignIn },
  answers: { 200: { description: 'Signed in.', json: Session } },
  problems: ['unknown_key'],
});

export const closeSession = open({
  id: 'closeSession',
  tag,
  summary: 'Sign out of the dashboard',
  answers: { 204: { description: 'Signed out.' } },
});

export const health = open({
  id: 'health',
  tag,
  summary: 'Does the collector answer?',
  answers: { 200: { description: 'It does.', json: Health } },
});

export const readiness = open({
  id: 'readiness',
  tag,
  summary: 'May requests be sent here?',
  answers: { 200: { description: 'They may.', json: Readiness } },
  problems: ['unavailable'],
});

export const metrics = question('read', {
  id: 'metrics',
  tag,
  summary: 'Figures for Prometheus',
  description: 'Of all sites together, so the key must be one of the default site.',
  answers: {
    200: {
      description: 'All figures.',
      text: { 'text/plain': 'Prometheus’ text format, version 0.0.4.' },
    },
  },
});

export const readDocument = open({
  id: 'readDocument',
  tag,
  summary: 'This description, as OpenAPI 3.1',
  answers: { 200: { description: 'The document.', json: OpenApi } },
});
