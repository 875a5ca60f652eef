import { canonicalJson } from './canonical.ts';
import type { EventName, Seq, SeqDid, SeqNo, SeqStep, Window } from './definition.ts';
import { durationBounds } from './duration.ts';
import {
  compact,
  distinctTexts,
  isObject,
  listOf,
  optional,
  type Reader,
  readObject,
  required,
  type Shape,
} from './fields.ts';
import { SAME_PATHS_MAX, SEQ_STEPS_MAX } from './limits.ts';
import { readEventName } from './parse-event.ts';
import { readPathText, readWhere } from './parse-where.ts';
import { readDurationText, readWindow } from './parse-window.ts';
import type { Place } from './pointer.ts';
import { kindOf } from './quote.ts';
import { windowMsMax } from './window-length.ts';

const SEQ: Shape = {
  what: 'A `seq`',
  keys: ['seq', 'within', 'same'],
  refused: new Map([['where', 'belongs to a step; write it beside its `did` or `no`']]),
  instead: new Map([
    ['window', 'within'],
    ['by', 'same'],
    ['steps', 'seq'],
  ]),
};

/** Reads a sequence; one that can never match is refused. */
export const readSeq: Reader<Seq> = (input, place) => {
  const fields = readObject(input, place, SEQ);
  if (fields === undefined) return undefined;
  const seq = optional(fields, 'seq', place, readSteps);
  const within = optional(fields, 'within', place, readWindow);
  const same = optional(fields, 'same', place, readSame);
  if (seq === undefined) return undefined;
  const at = place.at('seq');
  const isSound = seq.map((step, index) => isStepSound(step, index, seq, at.at(index)));
  if (isSound.includes(false) || !isSilencePossible(seq, within, at)) return undefined;
  return compact({ seq, within, same });
};

const readSame = distinctTexts(readPathText, { what: 'paths', max: SAME_PATHS_MAX });

const readStep: Reader<SeqStep> = (input, place) => {
  if (!isObject(input)) {
    return place.refuse(`a step is an object such as {"did":"page"}, not ${kindOf(input)}`);
  }
  const did = input.did !== undefined;
  const no = input.no !== undefined;
  if (did && no) return place.refuse('has `did` and `no` side by side; make them two steps');
  return no ? readNo(input, place) : readSeqDid(input, place);
};

const readStepList = listOf(readStep, { what: 'steps', max: SEQ_STEPS_MAX });
const readSteps: Reader<readonly SeqStep[]> = (input, place) => {
  const steps = readStepList(input, place);
  return steps?.length === 1
    ? place.refuse('is a single step; write that alone, as {"did":…}, or say what follows')
    : steps;
};

const INSTEAD = new Map([
  ['not', 'no'],
  ['without', 'no'],
  ['event', 'did'],
  ['window', 'within'],
]);
const DID_STEP: Shape = {
  what: 'A step',
  keys: ['did', 'where', 'within'],
  refused: new Map([
    ['for', '`for` belongs to a last `no`; how soon a step follows the one before it is `within`'],
    ['times', 'a step is one event; repeat the step, or join a `did` with `times` to the sequence'],
  ]),
  instead: INSTEAD,
};
const NO_STEP: Shape = {
  what: 'A `no`',
  keys: ['no', 'where', 'for'],
  refused: new Map([['within', 'how long nothing may follow is written `for`']]),
  instead: INSTEAD,
};

function readSeqDid(input: unknown, place: Place): SeqDid | undefined {
  const fields = readObject(input, place, DID_STEP);
  if (fields === undefined) return undefined;
  const did = required(fields, 'did', place, {
    read: readEventName,
    need: 'a step names an event by `did`, or by `no` what must not come',
  });
  const where = optional(fields, 'where', place, readWhere);
  const within = optional(fields, 'within', place, readDurationText);
  return did === undefined ? undefined : compact({ did, where, within });
}

function readNo(input: unknown, place: Place): SeqNo | undefined {
  const fields = readObject(input, place, NO_STEP);
  if (fields === undefined) return undefined;
  const no = optional(fields, 'no', place, readEventName);
  const where = optional(fields, 'where', place, readWhere);
  const silence = optional(fields, 'for', place, readDurationText);
  return no === undefined ? undefined : compact({ no, where, for: silence });
}

/** Notes what is wrong with a step where it stands. */
function isStepSound(
  step: SeqStep,
  index: number,
  steps: readonly SeqStep[],
  place: Place,
): boolean {
  const wrong = 'no' in step ? wrongNo(step, index, steps) : wrongDid(step, index);
  if (wrong === undefined) return true;
  place.at(wrong.key).refuse(wrong.detail);
  return false;
}

interface Wrong {
  readonly key: string;
  readonly detail: string;
}

function wrongDid(step: SeqDid, index: number): Wrong | undefined {
  if (index > 0 || step.within === undefined) return undefined;
  return {
    key: 'within',
    detail: 'nothing comes before the first step; a window for it stands beside `seq`',
  };
}

function wrongNo(step: SeqNo, index: number, steps: readonly SeqStep[]): Wrong | undefined {
  const before = steps[index - 1];
  const after = steps[index + 1];
  if (before === undefined) {
    return { key: 'no', detail: 'cannot come first; a sequence begins with a `did`' };
  }
  if ('no' in before) {
    return { key: 'no', detail: 'two `no` stand side by side; write their events as one list' };
  }
  if (after === undefined) {
    return step.for === undefined
      ? {
          key: 'no',
          detail: 'the last `no` needs `for`: how long nothing may follow, such as "1h"',
        }
      : undefined;
  }
  if (step.for !== undefined) {
    return { key: 'for', detail: 'stands last alone; between two steps nothing may come at all' };
  }
  return 'did' in after && forbids(step, after)
    ? {
        key: 'no',
        detail: 'forbids the very event of the next step; remove it, or tell them apart by `where`',
      }
    : undefined;
}

function forbids(no: SeqNo, did: SeqDid): boolean {
  const forbidden = namesOf(no.no);
  return (
    canonicalJson(no.where ?? {}) === canonicalJson(did.where ?? {}) &&
    namesOf(did.did).every((name) => forbidden.includes(name))
  );
}

function namesOf(event: EventName): readonly string[] {
  return typeof event === 'string' ? [event] : event;
}

/** The first step must still lie in the window when the silence after the last one is over. */
function isSilencePossible(
  steps: readonly SeqStep[],
  within: Window | undefined,
  place: Place,
): boolean {
  const last = steps.at(-1);
  if (last === undefined || !('no' in last) || last.for === undefined) return true;
  const silentMs = durationBounds(last.for)?.leastMs ?? 0;
  if (silentMs < windowMsMax(within)) return true;
  place
    .at(steps.length - 1)
    .at('for')
    .refuse(
      `"${last.for}" is not shorter than the window, so the first step has left it before the time is over; make the window longer`,
    );
  return false;
}
