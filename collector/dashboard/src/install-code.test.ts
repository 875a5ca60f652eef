import { expect, test } from 'vitest';
import { installCodes } from './install-code.ts';

const session = {
  role: 'admin',
  writeKey: "wk'1",
  host: 'https://t.example.com',
  snippet: '<script src="https://t.example.com/inkling.js"></script>',
} as const;

const codes = new Map(installCodes(session).map(({ id, code }) => [id, code]));

test('the snippet is the one of the collector, unchanged', () => {
  expect(codes.get('html')).toBe(session.snippet);
});

test('keys are quoted for the language in which they stand', () => {
  expect(codes.get('npm')).toContain(String.raw`writeKey: 'wk\'1'`);
  expect(codes.get('curl')).toContain(String.raw`--user 'wk'\''1:'`);
});
