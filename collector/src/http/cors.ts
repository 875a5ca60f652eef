/** How long a browser may remember a preflight's answer; Chromium keeps it two hours at most. */
const MAX_AGE_S = 24 * 60 * 60;

/**
 * Answers a preflight. Clients of others ask for headers of their own making (`anonymousid`,
 * `sentat`, `x-retry-count`, …), so what is asked for is granted. Credentials never are: nothing on
 * this route reads a cookie.
 *
 * A page whose origin may not send passes here too, so that it can read the 403 that follows; a
 * failed preflight would look to it like a broken network, and it would try for ever.
 */
export function preflight(request: Request): Response {
  const headers = new Headers({
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Max-Age': String(MAX_AGE_S),
    Vary: 'Access-Control-Request-Headers',
  });
  const asked = request.headers.get('Access-Control-Request-Headers');
  if (asked !== null) headers.set('Access-Control-Allow-Headers', asked);
  return readable(new Response(null, { status: 204, headers }));
}

/** Lets a page of any origin read the answer, and with it when to come again. */
export function readable(response: Response): Response {
  response.headers.set('Access-Control-Allow-Origin', '*');
  response.headers.set('Access-Control-Expose-Headers', 'Retry-After');
  return response;
}
