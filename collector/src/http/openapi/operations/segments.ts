import { question } from '../operation.ts';
import { PAGE, SEGMENT_ID } from '../parameters.ts';
import { Condition, Definition, Draft, Replacement } from '../schemas/definition.ts';
import {
  CataloguePage,
  Diff,
  Installation,
  Preview,
  ScannedMemberPage,
  Segment,
  SegmentPage,
  VersionPage,
} from '../schemas/segments.ts';

const tag = 'Segments';

export const listSegments = question('read', {
  id: 'listSegments',
  tag,
  summary: 'All segments, by name',
  answers: { 200: { description: 'All of them on one page.', json: SegmentPage } },
});

export const createSegment = question('admin', {
  id: 'createSegment',
  tag,
  summary: 'Save a new segment',
  description: 'Everybody is looked at again from their history; `progress` tells how far that is.',
  body: { schema: Definition },
  answers: { 201: { description: 'It is saved.', json: Segment } },
  problems: ['invalid_definition', 'conflict', 'not_found'],
});

export const readSegment = question('read', {
  id: 'readSegment',
  tag,
  summary: 'One segment',
  path: SEGMENT_ID,
  answers: { 200: { description: 'As it is now.', json: Segment } },
  problems: ['not_found'],
});

export const replaceSegment = question('admin', {
  id: 'replaceSegment',
  tag,
  summary: 'Save the next version of a segment',
  path: SEGMENT_ID,
  body: { schema: Replacement },
  answers: { 200: { description: 'It is saved.', json: Segment } },
  problems: ['invalid_definition', 'not_found'],
});

export const removeSegment = question('admin', {
  id: 'removeSegment',
  tag,
  summary: 'Remove a segment',
  description: 'Its past goes on being answered.',
  path: SEGMENT_ID,
  answers: { 204: { description: 'It is removed.' } },
  problems: ['not_found', 'in_use'],
});

export const listVersions = question('read', {
  id: 'listVersions',
  tag,
  summary: 'Every definition that a segment had, the newest first',
  path: SEGMENT_ID,
  query: PAGE,
  answers: { 200: { description: 'A page of them.', json: VersionPage } },
  problems: ['not_found', 'invalid_request'],
});

export const previewSegment = question('read', {
  id: 'previewSegment',
  tag,
  summary: 'Run a definition over the history; nothing is saved',
  body: { schema: Draft },
  answers: { 200: { description: 'Size, sample, and every day so far.', json: Preview } },
  problems: ['invalid_definition'],
});

export const diffSegment = question('read', {
  id: 'diffSegment',
  tag,
  summary: 'Who would enter and leave with another definition',
  path: SEGMENT_ID,
  body: { schema: Draft },
  answers: { 200: { description: 'What saving it would change.', json: Diff } },
  problems: ['invalid_definition', 'not_found'],
});

export const queryPeople = question('read', {
  id: 'queryPeople',
  tag,
  summary: 'Whom a condition that is not saved fits now',
  query: PAGE,
  body: { schema: Condition },
  answers: { 200: { description: 'A page of people.', json: ScannedMemberPage } },
  problems: ['invalid_definition', 'invalid_request'],
});

export const listCatalogue = question('read', {
  id: 'listCatalogue',
  tag,
  summary: 'Ready-made segments',
  answers: { 200: { description: 'All of them on one page.', json: CataloguePage } },
});

export const installSegment = question('admin', {
  id: 'installSegment',
  tag,
  summary: 'Make a ready-made segment one’s own',
  path: { id: 'The id of an entry of the catalogue.' },
  body: { schema: Installation, optional: true },
  answers: { 201: { description: 'It is saved.', json: Segment } },
  problems: ['invalid_definition', 'not_found'],
});
