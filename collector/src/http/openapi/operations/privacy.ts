import { question } from '../operation.ts';
import { PERSON_ID } from '../parameters.ts';
import { Erasure, Export } from '../schemas/privacy.ts';

const tag = 'People';

export const exportPerson = question('admin', {
  id: 'exportPerson',
  tag,
  summary: 'Everything that is kept of somebody',
  description:
    'One JSON document, written while it is read: what breaks off in between is no JSON. Events are in the order of their ids, those of one id the oldest first.',
  path: PERSON_ID,
  answers: { 200: { description: 'The document, as a file.', json: Export } },
  problems: ['not_found'],
});

export const erasePerson = question('admin', {
  id: 'erasePerson',
  tag,
  summary: 'Remove all that is kept of somebody',
  description:
    'At once and for good. What they had done and arrives late is answered as dropped, with the code `erased`. Asked again it says when that was.',
  path: PERSON_ID,
  answers: { 200: { description: 'What went.', json: Erasure } },
  problems: ['not_found', 'conflict'],
});
