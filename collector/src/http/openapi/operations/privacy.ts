import { question } from '../operation.ts';
import { PERSON_ID } from '../parameters.ts';
import { Export } from '../schemas/privacy.ts';

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
