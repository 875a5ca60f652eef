import { describe, expect, test } from 'vitest';
import { isPublicAddress } from './address.ts';
import { parseDestination } from './destination.ts';

const NONE: ReadonlySet<string> = new Set();

function check(url: string, allowed: ReadonlySet<string>, expected: boolean): void {
  expect([url, parseDestination(url, allowed).ok]).toEqual([url, expected]);
}

describe('an address that is not on the public internet is refused', () => {
  test.each([
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3'],
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
    ...['169.254.0.1', '169.254.169.254', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
    ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:8.8.8.8'],
    ...['0:0:0:0:0:ffff:a9fe:a9fe', '::127.0.0.1', '::7f00:1', '::ffff:0:127.0.0.1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1'],
    ...['100::1', '4000::1', '5f00::1'],
    ...['localhost', '127.1', '0177.0.0.1', '2130706433', '', '1.2.3.4.5', 'fe80'],
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false));
});

test.each([
  ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1'],
  ...['169.253.255.255', '193.0.0.1', '223.255.255.255', '2606:4700::1111', '2a00:1450::1'],
])('%s is on the public internet', (address) => expect(isPublicAddress(address)).toBe(true));

describe('a private address is refused in every spelling that a URL can have', () => {
  test.each([
    ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0X7F.0.0.1'],
    ...['017700000001', '0177.0.0.1', '0177.0.0.01', '127.0.0.1.', '１２７.0.0.1', '127。0。0。1'],
    ...['%31%32%37.0.0.1', '0', '0.0.0.0', '00', '0x0', '①②⑦.⓪.⓪.①'],
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.43518'],
    ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
    ...['[0000:0000:0000:0000:0000:FFFF:A9FE:A9FE]', '[::169.254.169.254]', '[fd00:ec2::254]'],
    ...['[fe80::1]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[ff02::1]'],
    ...['10.1', '192.168.1', '0xc0a80001', '100.100.100.200', '168.63.129.16'],
  ])('%s', (host) => {
    check(`http://${host}/`, NONE, false);
    check(`https://${host}:8443/hook?x=1`, NONE, false);
  });
});

describe('what is no address of a webhook is refused', () => {
  test.each([
    ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com', 'javascript:alert(1)'],
    ...['https://user@example.com/', 'https://user:secret@example.com/', 'https://:s@example.com/'],
    ...[
      'example.com/hook',
      '//example.com',
      '',
      'https://',
      'http://1.2.3.4.5/',
      'http://256.1.1.1/',
    ],
    `https://example.com/${'x'.repeat(2_048)}`,
  ])('%s', (url) => check(url, new Set(['example.com']), false));
});

describe('what the operator names is allowed', () => {
  const allowed = new Set(['localhost', '127.0.0.1', '::1', 'hooks.internal']);
  test.each([
    ...['http://localhost:3000/', 'http://LOCALHOST/', 'http://localhost./', 'http://127.1:80/'],
    ...['http://[::1]:9/', 'http://hooks.internal/x', 'http://0x7f000001/'],
  ])('%s', (url) => {
    expect(parseDestination(url, allowed)).toMatchObject({ ok: true, isAllowed: true });
  });

  test('and nothing beside it', () => {
    check('http://127.0.0.2/', allowed, false);
    expect(parseDestination('http://x.localhost/', allowed)).toMatchObject({ isAllowed: false });
  });
});

test('a public address and any name pass; where the name leads is judged when it is looked up', () => {
  check('https://example.com/hook', NONE, true);
  check('http://8.8.8.8:8080/hook', NONE, true);
  check('https://[2606:4700::1111]/', NONE, true);
  check('http://localhost/', NONE, true);
});
