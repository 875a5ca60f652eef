import type {
  ExplainAnswer,
  ExplainNode,
  MemberAnswer,
  Page,
  ProfileAnswer,
} from '../collector/src/query/answers.ts';
import type { Collector } from './collector.ts';

/** Adds a ready-made segment with its defaults. */
export async function install(collector: Collector, segment: string): Promise<void> {
  await collector.api(`/v1/catalogue/${segment}/install`, { method: 'POST', body: {} });
}

export async function membersOf(
  collector: Collector,
  segment: string,
): Promise<readonly MemberAnswer[]> {
  const members = await collector.api<Page<MemberAnswer>>(`/v1/segments/${segment}/members`);
  return members.data;
}

/** @param id - Any id of the person. */
export function profileOf(collector: Collector, id: string): Promise<ProfileAnswer> {
  return collector.api(`/v1/profiles/${encodeURIComponent(id)}`);
}

/** Why somebody is in a segment, or not. */
export function explain(collector: Collector, id: string, segment: string): Promise<ExplainAnswer> {
  return collector.api(`/v1/profiles/${encodeURIComponent(id)}/explain/${segment}`);
}

type Did = Exclude<ExplainNode, { readonly children: unknown }>;

/** The conditions on behaviour in an explanation, in the order of the definition. */
export function behaviourIn(node: ExplainNode): readonly Did[] {
  if ('children' in node) return node.children.flatMap(behaviourIn);
  return node.op === 'did' ? [node] : [];
}
