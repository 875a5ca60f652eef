import { z } from 'zod';
import { question } from '../operation.ts';
import { PAGE, PERSON_ID } from '../parameters.ts';
import {
  EventPage,
  Explanation,
  Identities,
  MembershipPage,
  MergeWish,
  Profile,
  ProfilePage,
  Unmerged,
  UnmergeWish,
} from '../schemas/people.ts';

const tag = 'People';

export const listPeople = question('read', {
  id: 'listPeople',
  tag,
  summary: 'People, the latest activity first',
  query: {
    q: {
      description: 'Part of an id or a trait; the latest people, if absent.',
      schema: z.string(),
    },
  },
  answers: { 200: { description: 'The first of them.', json: ProfilePage } },
});

export const readPerson = question('read', {
  id: 'readPerson',
  tag,
  summary: 'What is known of somebody',
  path: PERSON_ID,
  answers: { 200: { description: 'The person.', json: Profile } },
  problems: ['not_found'],
});

export const listMemberships = question('read', {
  id: 'listMemberships',
  tag,
  summary: 'The segments that somebody is in',
  path: PERSON_ID,
  answers: { 200: { description: 'All of them on one page.', json: MembershipPage } },
  problems: ['not_found'],
});

export const listPersonEvents = question('read', {
  id: 'listPersonEvents',
  tag,
  summary: 'What somebody did, the newest first',
  path: PERSON_ID,
  query: PAGE,
  answers: { 200: { description: 'A page of events.', json: EventPage } },
  problems: ['not_found', 'invalid_request'],
});

export const explainMembership = question('read', {
  id: 'explainMembership',
  tag,
  summary: 'Why somebody is in a segment, or not',
  description:
    'The tree of conditions with true and false, evidence, and when it changes by itself.',
  path: { ...PERSON_ID, segment: 'The segment’s id.' },
  answers: { 200: { description: 'The reason.', json: Explanation } },
  problems: ['not_found'],
});

export const listIdentities = question('read', {
  id: 'listIdentities',
  tag,
  summary: 'All ids of somebody, and how they came together',
  path: PERSON_ID,
  answers: { 200: { description: 'Ids and merges.', json: Identities } },
  problems: ['not_found'],
});

export const mergePeople = question('admin', {
  id: 'mergePeople',
  tag,
  summary: 'Make two people one',
  path: PERSON_ID,
  body: { schema: MergeWish },
  answers: { 200: { description: 'The person that they are now.', json: Profile } },
  problems: ['not_found', 'invalid_request', 'conflict', 'merge_limit'],
});

export const unmergePerson = question('admin', {
  id: 'unmergePerson',
  tag,
  summary: 'Take an id with all that was filed under it out of a person',
  path: PERSON_ID,
  body: { schema: UnmergeWish },
  answers: { 200: { description: 'Both people.', json: Unmerged } },
  problems: ['not_found', 'invalid_request', 'conflict'],
});
