import { html } from 'hono/html';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import { ADVICE } from './problem-advice.ts';

/** Markup in which everything foreign is escaped. */
export type Markup = ReturnType<typeof html>;

/** The page on which swagger-ui shows `/openapi.json`. */
export function referencePage(assets: string): Markup {
  const head = html`<link rel="stylesheet" href="${assets}/swagger-ui.css" />
    <link rel="stylesheet" href="${assets}/reference.css" />
    <script defer src="${assets}/swagger-ui-bundle.js"></script>
    <script defer src="${assets}/reference.js"></script>`;
  const content = html`<div id="reference"></div>
    <noscript><p>Without JavaScript, read <a href="/openapi.json">the description itself</a>.</p></noscript>`;
  return frame({ title: 'API reference', assets, head, content });
}

/** Every way in which a request can fail, each at the anchor that a problem's `type` names. */
export function errorsPage(assets: string): Markup {
  const codes = Object.keys(PROBLEMS).filter(isCode);
  const head = html`<link rel="stylesheet" href="${assets}/reference.css" />`;
  const content = html`<div class="errors">
      <h1>Errors</h1>
      <p>
        Whatever is not 2xx is <code>application/problem+json</code> (RFC 9457). Its
        <code>code</code> is for programs and does not change; its <code>type</code> leads here.
      </p>
      ${codes.map(problem)}
    </div>`;
  return frame({ title: 'Errors', assets, head, content });
}

function problem(code: ProblemCode): Markup {
  const { status, title, retryable } = PROBLEMS[code];
  const again = retryable
    ? 'Yes: the same request may succeed later.'
    : 'No: the same request would fail again.';
  return html`<section id="${code}">
        <h2><a href="#${code}"><code>${code}</code></a> ${title}</h2>
        <dl>
          <dt>Status</dt>
          <dd>${status}</dd>
          <dt>Send again?</dt>
          <dd>${again}</dd>
          <dt>What to do</dt>
          <dd>${ADVICE[code]}</dd>
        </dl>
      </section>
      `;
}

interface Frame {
  readonly title: string;
  /** Where the files of both pages are, without a slash at the end. */
  readonly assets: string;
  readonly head: Markup;
  readonly content: Markup;
}

function frame({ title, assets, head, content }: Frame): Markup {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Inkling</title>
    <link rel="icon" href="${assets}/favicon.svg" type="image/svg+xml" />
    ${head}
  </head>
  <body>
    <header>
      <a href="/">Inkling</a>
      <nav aria-label="Documentation">
        <a href="/docs">API reference</a>
        <a href="/docs/errors">Errors</a>
        <a href="/openapi.json">openapi.json</a>
      </nav>
    </header>
    <main>
      ${content}
    </main>
  </body>
</html>
`;
}

function isCode(code: string): code is ProblemCode {
  return code in PROBLEMS;
}
