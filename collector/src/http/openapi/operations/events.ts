import { z } from 'zod';
import { question } from '../operation.ts';
import { PAGE } from '../parameters.ts';
import { EventPage, Seen } from '../schemas/people.ts';

const tag = 'Events';

export const listEvents = question('read', {
  id: 'listEvents',
  tag,
  summary: 'What arrived, the newest first',
  query: PAGE,
  answers: { 200: { description: 'A page of events.', json: EventPage } },
  problems: ['invalid_request'],
});

export const tellSchema = question('read', {
  id: 'tellSchema',
  tag,
  summary: 'Names of events, properties, traits and contexts that were seen',
  answers: { 200: { description: 'All of them. Up to a second behind.', json: Seen } },
});

export const openStream = question('read', {
  id: 'openStream',
  tag,
  summary: 'What happens, as it happens',
  description:
    'Server-sent events whose data are `StreamMessage`s. Who comes again with the id of the last message hears what was told meanwhile; an event `gap` says that some of it is not kept.',
  query: {
    types: {
      description: 'Which types of message, separated by commas; all, if absent.',
      schema: z.string(),
    },
    segments: {
      description: 'Of which segments, separated by commas; all, if absent.',
      schema: z.string(),
    },
    lastEventId: { description: 'As the header `Last-Event-ID`.', schema: z.string() },
  },
  headers: {
    'Last-Event-ID': {
      description: 'The id of the last message heard. Browsers send it by themselves.',
      schema: z.string(),
    },
  },
  answers: {
    200: {
      description: 'The stream.',
      text: { 'text/event-stream': 'Server-sent events; each `data` is a `StreamMessage`.' },
    },
  },
  problems: ['invalid_request'],
});
