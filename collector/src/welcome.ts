export interface Welcome {
  readonly host: string;
  readonly signInToken: string;
  readonly snippet: string;
  /** Only at the first start, when the key was made. */
  readonly secretKey?: string;
  /** Why nothing is written, and what to do. */
  readonly readOnly?: string;
}

/** What `npm start` says: where to go and what to paste. */
export function welcome({ host, signInToken, snippet, secretKey, readOnly }: Welcome): string {
  const secret = secretKey
    ? `
  Secret key   ${secretKey}
               It reads everything and is shown this once; only its hash is kept.
`
    : '';
  const warning = readOnly === undefined ? '' : `\n  READ ONLY: ${readOnly}\n`;
  return `
  Inkling is listening.
${warning}
  Dashboard    ${host}/sign-in?token=${signInToken}
               The link signs you in once; later use your secret key.
  Demo site    ${host}/demo/
${secret}
  Paste this into your pages, before </head>:

${snippet.replace(/^/gm, '    ')}

`;
}
