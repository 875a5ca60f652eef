import { z } from 'zod';
import { isTimeZone } from './segments/calendar.ts';

/** What the environment may set; every setting has a default. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly databaseAuthToken?: string;
  readonly writeKey?: string;
  readonly secretKey?: string;
  /** Any origin if absent. */
  readonly allowedOrigins?: readonly string[];
  /** Hosts that webhooks may reach though they are not on the public internet, in lower case. */
  readonly webhookAllowHosts: readonly string[];
  /** Of one write key; any number if absent. */
  readonly rateLimitEventsPerS?: number;
  /** Of one client address; any number if absent. */
  readonly rateLimitAddressEventsPerS?: number;
  /** New anonymous ids of one client address; any number if absent. */
  readonly rateLimitAddressNewPerS?: number;
  /** Whether the collector is only reached through a proxy that tells the client's address. */
  readonly trustProxy: boolean;
  /** A file of places in MaxMind's format; addresses are not looked up if absent. */
  readonly geoDatabase?: string;
  /** What becomes of events of crawlers. */
  readonly bots: 'drop' | 'keep';
  readonly retentionDays: number;
  readonly timeZone: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Printable ASCII without spaces, colons or quotes: it travels in headers and in HTML. */
const apiKey = z
  .string()
  .regex(/^[\w.~-]{8,256}$/, 'must be 8 to 256 letters, digits, or any of - _ . ~');

/** Whole numbers per second; 0 and `off` are no limit. */
const rateLimit = (byDefault: number) =>
  z
    .string()
    .regex(/^(?:off|\d{1,7})$/, 'must be a whole number per second, or off')
    .transform((text) => (text === 'off' ? 0 : Number(text)))
    .default(byDefault);

const Environment = z.object({
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(8787),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(
      /^(file:.|libsql:\/\/|https?:\/\/|wss?:\/\/)/,
      'must begin with file:, libsql:// or http(s)://',
    )
    .default('file:data/inkling.db'),
  DATABASE_AUTH_TOKEN: z.string().optional(),
  WRITE_KEY: apiKey.optional(),
  SECRET_KEY: apiKey.optional(),
  ALLOWED_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url().refine(isOrigin, 'must be origins such as https://example.com')))
    .optional(),
  WEBHOOK_ALLOW_HOSTS: z
    .string()
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
    .pipe(z.array(z.string().refine(isHost, 'must be names or addresses such as hooks.internal')))
    .default([]),
  RATE_LIMIT_EVENTS_PER_S: rateLimit(10_000),
  RATE_LIMIT_ADDRESS_EVENTS_PER_S: rateLimit(1_000),
  RATE_LIMIT_ADDRESS_NEW_PER_S: rateLimit(500),
  TRUST_PROXY: z.stringbool('must be on or off').default(false),
  GEO_DATABASE: z.string().optional(),
  BOTS: z.enum(['drop', 'keep']).default('drop'),
  RETENTION_DAYS: z.coerce.number('must be a number').int().min(1).max(3_650).default(395),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA name such as Europe/Berlin')
    .default('UTC'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

/**
 * Reads the settings; an empty variable counts as not given.
 *
 * @throws Error that names every wrong variable and what would be right.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.')}: ${message}`,
    );
    throw new Error(`Some settings are wrong:\n${problems.join('\n')}`);
  }
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    databaseUrl: settings.DATABASE_URL,
    ...(settings.DATABASE_AUTH_TOKEN && { databaseAuthToken: settings.DATABASE_AUTH_TOKEN }),
    ...(settings.WRITE_KEY && { writeKey: settings.WRITE_KEY }),
    ...(settings.SECRET_KEY && { secretKey: settings.SECRET_KEY }),
    ...(settings.ALLOWED_ORIGINS && { allowedOrigins: settings.ALLOWED_ORIGINS }),
    webhookAllowHosts: settings.WEBHOOK_ALLOW_HOSTS,
    ...(settings.RATE_LIMIT_EVENTS_PER_S > 0 && {
      rateLimitEventsPerS: settings.RATE_LIMIT_EVENTS_PER_S,
    }),
    ...(settings.RATE_LIMIT_ADDRESS_EVENTS_PER_S > 0 && {
      rateLimitAddressEventsPerS: settings.RATE_LIMIT_ADDRESS_EVENTS_PER_S,
    }),
    ...(settings.RATE_LIMIT_ADDRESS_NEW_PER_S > 0 && {
      rateLimitAddressNewPerS: settings.RATE_LIMIT_ADDRESS_NEW_PER_S,
    }),
    trustProxy: settings.TRUST_PROXY,
    ...(settings.GEO_DATABASE && { geoDatabase: settings.GEO_DATABASE }),
    bots: settings.BOTS,
    retentionDays: settings.RETENTION_DAYS,
    timeZone: settings.TIME_ZONE,
    logLevel: settings.LOG_LEVEL,
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** As URLs write it, but IPv6 without brackets; no port, since all ports of the host are allowed. */
function isHost(text: string): boolean {
  const written = text.includes(':') ? `[${text}]` : text;
  const url = `http://${written}/`;
  return URL.canParse(url) && new URL(url).hostname === written && !text.includes('*');
}
