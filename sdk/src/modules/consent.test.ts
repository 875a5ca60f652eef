// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import type { Consent } from '../api.ts';
import { hear } from '../testing/heard.ts';
import { consentMode } from './consent-mode.ts';
import { tcf } from './tcf.ts';

const page: { dataLayer?: unknown[]; __tcfapi?: unknown } = window as object;

afterEach(() => {
  delete page.dataLayer;
  delete page.__tcfapi;
});

describe('consent mode', () => {
  /** As Google's snippet does: what it was called with, which is like a list and is none. */
  function gtag(..._: readonly unknown[]): void {
    page.dataLayer ??= [];
    // biome-ignore lint/complexity/noArguments: that is what it pushes.
    page.dataLayer.push(arguments);
  }
  const say = (kind: string, storage: string) =>
    gtag('consent', kind, { analytics_storage: storage });

  test.each<[string, string, string, Consent, Consent]>([
    ['a visitor who agrees', 'update', 'granted', 'pending', 'granted'],
    ['a visitor who agrees after all', 'update', 'granted', 'denied', 'granted'],
    ['a visitor who refuses', 'update', 'denied', 'granted', 'denied'],
    ['a default that refuses', 'default', 'denied', 'pending', 'pending'],
    ['a default that agrees', 'default', 'granted', 'pending', 'granted'],
    ['a default against a privacy signal', 'default', 'granted', 'denied', 'denied'],
  ])('%s', (_, kind, storage, before, after) => {
    const heard = hear(consentMode, { consentMode: true });
    heard.consent = before;
    say(kind, storage);
    expect(heard.consent).toBe(after);
    expect(page.dataLayer).toHaveLength(1);
  });

  test('what was said before the script was there is heard', () => {
    say('update', 'granted');
    expect(hear(consentMode, { consentMode: true }).consent).toBe('granted');
  });

  test('what else is pushed says nothing', () => {
    const heard = hear(consentMode, { consentMode: true });
    gtag('event', 'update', { analytics_storage: 'granted' });
    gtag('consent', 'update', null);
    gtag('consent', 'update', { ad_storage: 'granted' });
    page.dataLayer?.push(null, 7, { event: 'gtm.js' });
    expect(heard.consent).toBe('pending');
    expect(page.dataLayer).toHaveLength(6);
  });

  test('is not listened to unless the owner says so', () => {
    const heard = hear(consentMode);
    say('update', 'granted');
    expect(heard.consent).toBe('pending');
  });
});

describe('a consent platform of the TCF', () => {
  const check = (data: object, expected: Consent, isSuccess = true, purposes = '1, 8') => {
    page.__tcfapi = (_command: string, _version: number, hear: (...all: unknown[]) => void) =>
      hear(data, isSuccess);
    expect(hear(tcf, { tcf: purposes }).consent).toBe(expected);
  };
  const decided = (consents: object) => ({
    eventStatus: 'useractioncomplete',
    gdprApplies: true,
    purpose: { consents },
  });

  test('lets the visitor agree to all purposes that count', () => {
    check(decided({ 1: true, 8: true }), 'granted');
    check({ ...decided({ 1: true, 8: true }), eventStatus: 'tcloaded' }, 'granted');
  });

  test('lets the visitor refuse one of them', () => {
    check(decided({ 1: true, 8: false }), 'denied');
    check(decided({ 1: true }), 'denied');
    check({ ...decided({}), purpose: undefined }, 'denied');
  });

  test('says nothing while it asks, or when it fails', () => {
    check({ ...decided({ 1: true, 8: true }), eventStatus: 'cmpuishown' }, 'pending');
    check(decided({ 1: true, 8: true }), 'pending', false);
  });

  test('has nothing to ask where the law does not hold', () => {
    check({ eventStatus: 'tcloaded', gdprApplies: false }, 'granted');
  });

  test('is not asked unless the owner names purposes, and may not be there', () => {
    check(decided({ 1: true }), 'pending', true, '');
    delete page.__tcfapi;
    expect(hear(tcf, { tcf: '1' }).consent).toBe('pending');
  });
});
