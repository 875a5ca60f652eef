/** The usual reasons why no event arrives, the most frequent first, each with how to tell. */
export function InstallHints() {
  return (
    <details class="hints">
      <summary>Nothing arrives?</summary>
      <ul>
        <li>
          <strong>The script is not there.</strong> Open your page’s source and look for
          “inkling.js”. A cache or a tag manager that was not published may still serve the old
          page.
        </li>
        <li>
          <strong>The key is wrong.</strong> In the browser’s network panel a request to “/v1/batch”
          then answers 401. Copy the lines above again.
        </li>
        <li>
          <strong>The address is not reachable.</strong> A page on https cannot send to plain http,
          and “localhost” is your visitors’ computer to your visitors. The console names both.
        </li>
        <li>
          <strong>Your origin is not allowed.</strong> The request answers 403 if ALLOWED_ORIGINS is
          set and lacks your site.
        </li>
        <li>
          <strong>It is blocked.</strong> An ad blocker or the page’s content security policy shows
          the request as blocked. Try a private window without extensions; serve the script from
          your own domain for visitors.
        </li>
        <li>
          <strong>Consent is missing.</strong> In opt-in mode nothing is sent before consent, and
          Global Privacy Control or Do Not Track in your browser keep you out as they should.
        </li>
      </ul>
      <p>
        The curl lines above leave out script, browser and consent: if their event arrives, the
        collector and the key are fine.
      </p>
    </details>
  );
}
