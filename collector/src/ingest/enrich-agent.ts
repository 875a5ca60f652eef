import type { Json, JsonObject } from '@inkling/sdk/protocol';
import Bowser, { type ClientHints } from 'bowser';
import { isbot } from 'isbot';
import { isJsonObject } from './parse-object.ts';

/** What a user agent says of who uses it. Members are absent where it does not say. */
export interface Agent {
  readonly browser?: JsonObject;
  readonly os?: JsonObject;
  readonly device?: JsonObject;
  /** `crawler` reads pages on behalf of no visitor; `automated` is a browser without a screen. */
  readonly bot?: 'crawler' | 'automated';
}

/** Browsers, and crawlers that want to be served like them, begin so. */
const BROWSER_LIKE = /^Mozilla\//;

/** Is it a browser, so that its address, language and country are the visitor's? */
export function isBrowser(userAgent: string | undefined): boolean {
  return userAgent !== undefined && BROWSER_LIKE.test(userAgent);
}

/**
 * Reads a user agent. Libraries of programs (`curl`, `analytics-node`) speak for somebody else, so
 * they are no bots and nothing is known of the device.
 *
 * Versions of operating systems are left out unless the hints have one: browsers froze those in the
 * text at Windows 10, macOS 10.15 and Android 10.
 *
 * @param hints - `context.userAgentData`, as `navigator.userAgentData` gives it; believed first.
 */
export function readAgent(userAgent: string, hints: Json | undefined): Agent {
  const read = Bowser.parse(userAgent, hintsOf(hints));
  const isCrawler = read.platform.type === 'bot';
  if (!isCrawler && !isBrowser(userAgent)) return {};
  if (isCrawler || isbot(userAgent)) {
    const isHeadless = !isCrawler && /headless/i.test(userAgent);
    return isHeadless ? { ...described(read, hints), bot: 'automated' } : { bot: 'crawler' };
  }
  return described(read, hints);
}

function described(read: Bowser.Parser.ParsedResult, hints: Json | undefined): Agent {
  const hinted = isJsonObject(hints) ? hints : {};
  const browser = { name: read.browser.name, version: majorOf(read.browser.version) };
  const os = { name: text(hinted.platform) ?? read.os.name, version: text(hinted.platformVersion) };
  const isMobile = hinted.mobile === true && read.platform.type !== 'tablet';
  const device = {
    type: isMobile ? 'mobile' : read.platform.type,
    manufacturer: read.platform.vendor,
    model: text(hinted.model) ?? read.platform.model,
  };
  return {
    ...(text(browser.name) && { browser: stated(browser) }),
    ...(text(os.name) && { os: stated(os) }),
    ...(text(device.type) && { device: stated(device) }),
  };
}

function hintsOf(hints: Json | undefined): ClientHints | undefined {
  if (!isJsonObject(hints) || !Array.isArray(hints.brands)) return undefined;
  const brands = hints.brands.flatMap((each) => {
    if (!isJsonObject(each)) return [];
    const [brand, version] = [text(each.brand), text(each.version)];
    return brand && version ? [{ brand, version }] : [];
  });
  return { brands };
}

/** Of a version only its first number is the same for a release, and worth asking for. */
function majorOf(version: string | undefined): string | undefined {
  return version?.split('.')[0];
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without what is not known. */
function stated(facts: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
