import { expect, test } from 'vitest';
import { nearest } from './suggest.ts';

const WORDS = ['did', 'where', 'within', 'distinct', 'times', 'in', 'ignoreCase'];

test.each([
  ['wihtin', 'within'],
  ['withn', 'within'],
  ['withinn', 'within'],
  ['Within', 'within'],
  ['ignorecase', 'ignoreCase'],
  ['time', 'times'],
  ['dids', 'did'],
  ['tines', 'times'],
  ['x', undefined],
  ['', undefined],
  ['window', undefined],
  ['frequency', undefined],
  ['w'.repeat(1_000_000), undefined],
])('for %j it offers %j', (typed, meant) => expect(nearest(typed, WORDS)).toBe(meant));
