import type { JsonObject } from '@inkling/sdk/protocol';
import { expect } from 'vitest';
import type { Event } from '../src/event.ts';
import { instantiate } from '../src/segments/catalogue.ts';
import type { Definition } from '../src/segments/definition.ts';
import { LEAD } from '../src/segments/lead.ts';
import { recompute } from '../src/segments/recompute.ts';

const DAY_MS = 86_400_000;
const START_MS = 1_800_000_000_000;

/** What every site begins with. */
const SITE = { timeZone: 'UTC', segments: new Map(), scores: new Map([['lead', LEAD]]) };

/** Something that one person did on a day, counted from the beginning of the story; 0.5 is noon. */
export interface Deed {
  readonly day: number;
  readonly type: Event['type'];
  readonly name?: string;
  readonly session?: string;
  readonly properties?: JsonObject;
  readonly traits?: JsonObject;
}

export const page = (path: string, day: number, session = 's'): Deed => ({
  day,
  type: 'page',
  session,
  properties: { path },
});
export const did = (name: string, day: number, properties: JsonObject = {}): Deed => ({
  day,
  type: 'track',
  name,
  properties,
});
export const identified = (traits: JsonObject, day: number): Deed => ({
  day,
  type: 'identify',
  traits,
});

/** The instant of a day of the story, as traits write it. */
export function dateOf(day: number): string {
  return new Date(START_MS + day * DAY_MS).toISOString();
}

/** A ready-made segment with its defaults or others. Throws if they are refused. */
export function readyMade(id: string, parameters: unknown = {}): Definition {
  const made = instantiate(id, parameters);
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  return made.value;
}

/** Whether somebody who did all of this is in a segment on a day. */
export function isIn(definition: Definition, deeds: readonly Deed[], day: number): boolean {
  const nowMs = START_MS + Math.round(day * DAY_MS);
  const events = deeds.map(eventOf).filter(({ atMs }) => atMs <= nowMs);
  return recompute(definition, { events, known: false }, nowMs, SITE);
}

/** Tells a story: on each of these days the person is in the segment or is not. */
export function check(
  definition: Definition,
  {
    deeds,
    days,
  }: { readonly deeds: readonly Deed[]; readonly days: Readonly<Record<string, boolean>> },
) {
  const told = Object.keys(days).map((day) => [day, isIn(definition, deeds, Number(day))]);
  expect(Object.fromEntries(told)).toEqual(days);
}

function eventOf({ day, type, name, session, properties, traits }: Deed, index: number): Event {
  const atMs = START_MS + Math.round(day * DAY_MS);
  return {
    messageId: `m${index}`,
    type,
    ...(name !== undefined && { name }),
    anonymousId: 'a',
    ...(session !== undefined && { sessionId: session }),
    atMs,
    receivedAtMs: atMs,
    properties: properties ?? {},
    context: {},
    traits: traits ?? {},
    flags: [],
  };
}
