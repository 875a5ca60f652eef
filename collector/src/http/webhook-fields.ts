import { z } from 'zod';
import { type AllowedHosts, parseDestination } from '../notify/destination.ts';
import { NOTICE_TYPES } from '../notify/notice.ts';
import type { WebhookFields } from '../notify/outgoing.ts';
import type { Problem } from './problem.ts';
import { faultsOf, isStorable, UNSTORABLE } from './wish.ts';

const SEGMENTS_MAX = 100;
const SEGMENT_CHARS_MAX = 64;
const DESCRIPTION_CHARS_MAX = 1_024;

/** What the owner of a webhook may say of it, or what is wrong with that. */
export type ParsedFields =
  | { readonly ok: true; readonly fields: WebhookFields }
  | { readonly ok: false; readonly problem: Problem };

/** Reads the body that creates a webhook or takes the place of one. A member unknown here is a slip. */
export function parseWebhookFields(body: unknown, allowed: AllowedHosts): ParsedFields {
  const parsed = schemaOf(allowed).safeParse(body);
  if (parsed.success) {
    const { segments, ...fields } = parsed.data;
    return { ok: true, fields: { ...fields, ...(segments !== undefined && { segments }) } };
  }
  const errors = faultsOf(parsed.error);
  const [first] = errors;
  const detail = first ? `${first.pointer}: ${first.detail}` : 'The webhook is wrong.';
  return { ok: false, problem: { code: 'invalid_webhook', detail, errors } };
}

function schemaOf(allowed: AllowedHosts) {
  const url = z.string().transform((text, context) => {
    const destination = parseDestination(text, allowed);
    if (destination.ok) return destination.url.href;
    context.addIssue({ code: 'custom', message: destination.problem });
    return z.NEVER;
  });
  return z.strictObject({
    url,
    types: z.array(z.enum(NOTICE_TYPES)).min(1).refine(isSet, 'must not repeat itself'),
    segments: z
      .array(z.string().min(1).max(SEGMENT_CHARS_MAX).refine(isStorable, UNSTORABLE))
      .min(1, 'leave it out for all segments')
      .max(SEGMENTS_MAX)
      .refine(isSet, 'must not repeat itself')
      .optional(),
    enabled: z.boolean().default(true),
    description: z.string().max(DESCRIPTION_CHARS_MAX).refine(isStorable, UNSTORABLE).default(''),
  });
}

function isSet(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}
