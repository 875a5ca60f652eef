/**
 * What Segment's analytics.js asks for before it sends anything: which integrations to load (none),
 * where its own events go (here), and how many of its figures of itself its vendor gets (none; it
 * would tell them of every page where this is left out).
 *
 * @param request - Its address tells where "here" is. Behind a proxy that ends TLS the scheme comes
 * from `X-Forwarded-Proto`; a client that forges it misleads nobody but itself.
 * @see https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/
 */
export function clientSettings(
  request: Request,
  writeKey: string,
): Readonly<Record<string, unknown>> {
  const { host, protocol } = new URL(request.url);
  const forwarded = request.headers.get('X-Forwarded-Proto');
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : protocol.slice(0, -1);
  return {
    integrations: {
      'Segment.io': { apiKey: writeKey, apiHost: `${host}/v1`, protocol: scheme },
    },
    metrics: { sampleRate: 0 },
    plan: { track: {}, identify: {}, group: {} },
  };
}
