import { InklingProvider, type PlainOptions } from '@inkling/sdk/next';
import type { ReactElement, ReactNode } from 'react';

/** Where events go, as the shell or `.env` said when the site was built. */
const options: PlainOptions = {
  host: process.env.INKLING_HOST ?? '',
  writeKey: process.env.INKLING_WRITE_KEY ?? '',
};

/** Of all pages. It is rendered on the server, and so are the pages below it. */
export default function Layout({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <InklingProvider options={options}>{children}</InklingProvider>
      </body>
    </html>
  );
}
