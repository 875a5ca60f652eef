import { originOf } from '../origin.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** A collector answers within a second, whatever hangs in it. */
const ANSWER_MS_MAX = 5_000;

/** Whether a collector listens where the settings say, and is ready. */
export async function lookAtServer(host: string, port: number): Promise<Finding> {
  if (port === 0) {
    const says = 'Which port it listens on is not known before it starts (PORT=0).';
    return warning('server', says, 'Set PORT if it is to be found.');
  }
  const url = `${originOf({ host, port })}/readyz`;
  const answer = await ask(url);
  if (typeof answer === 'string') {
    const advice = 'Start the collector, or correct HOST and PORT.';
    return problem('server', `${url} does not answer: ${answer}`, advice);
  }
  const { status, body } = answer;
  if (status === 200 && fieldOf(body, 'status') === 'ready') {
    return ok('server', `${url} says that it is ready.`);
  }
  if (status === 503 && fieldOf(body, 'code') === 'unavailable') {
    const says = `${url} says that it is not ready: ${String(fieldOf(body, 'detail'))}`;
    return problem('server', says, 'Look at its log, and at the disk.');
  }
  const says = `${url} answers ${status}: that is another program, or another version.`;
  return problem('server', says, 'Correct HOST and PORT, or end the other program.');
}

async function ask(
  url: string,
): Promise<{ readonly status: number; readonly body: unknown } | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(body: unknown, key: string): unknown {
  const isObject = typeof body === 'object' && body !== null;
  return isObject ? (body as Readonly<Record<string, unknown>>)[key] : undefined;
}
