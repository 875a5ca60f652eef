import { describe, expect, test } from 'vitest';
import {
  NOTHING,
  type Outcome,
  type Tally,
  tallyOfPlaywright,
  tallyOfStep,
  tallyOfVitest,
} from './tally.ts';

const unit = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
const browser = { expected: 4, unexpected: 0, flaky: 0, skipped: 0 };
const good = { status: 'passed', assertionResults: [{ status: 'passed' }] };

function check(outcome: Outcome, expected: Partial<Tally>): void {
  expect(tallyOfStep(outcome)).toEqual({ ...NOTHING, ...expected });
}

describe('a step counts', () => {
  const cases: readonly { as: string; outcome: Outcome; expected: Partial<Tally> }[] = [
    { as: 'one pass for a check that held', outcome: { ok: true }, expected: { passed: 1 } },
    { as: 'one failure for a check that did not', outcome: { ok: false }, expected: { failed: 1 } },
    {
      as: 'its unit tests',
      outcome: { ok: true, tally: tallyOfVitest({ ...unit, testResults: [good] }) },
      expected: { passed: 5 },
    },
    {
      as: 'a failure for a file that does not load',
      outcome: {
        ok: false,
        tally: tallyOfVitest({
          ...unit,
          testResults: [good, { status: 'failed', assertionResults: [] }],
        }),
      },
      expected: { passed: 5, failed: 1 },
    },
    {
      as: 'a failed test once, not once more for its file',
      outcome: {
        ok: false,
        tally: tallyOfVitest({
          ...unit,
          numFailedTests: 1,
          testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
        }),
      },
      expected: { passed: 5, failed: 1 },
    },
    {
      as: 'skipped and planned tests apart',
      outcome: {
        ok: true,
        tally: tallyOfVitest({ ...unit, numPendingTests: 2, numTodoTests: 1, testResults: [] }),
      },
      expected: { passed: 5, skipped: 3 },
    },
    {
      as: 'its browser tests, the flaky as failed',
      outcome: {
        ok: false,
        tally: tallyOfPlaywright({
          stats: { ...browser, unexpected: 1, flaky: 2, skipped: 3 },
          errors: [],
        }),
      },
      expected: { passed: 4, failed: 3, skipped: 3 },
    },
    {
      as: 'errors outside of tests',
      outcome: { ok: false, tally: tallyOfPlaywright({ stats: browser, errors: [{}] }) },
      expected: { passed: 4, failed: 1 },
    },
    {
      as: 'a failure when all tests passed but the tool did not',
      outcome: { ok: false, tally: tallyOfPlaywright({ stats: browser, errors: [] }) },
      expected: { passed: 4, failed: 1 },
    },
  ];
  test.each(cases)('$as', ({ outcome, expected }) => check(outcome, expected));
});
