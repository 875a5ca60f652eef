/** `#/route`, `#!/route`, and the query in front of it. */
const ROUTE = /\/?(\?[^#]*)?#!?(\/[^?#]*).*/;

/** Reads addresses of a site whose paths stand behind `#/`: for the option `address`. */
export function hashRoutes(href: string): string {
  return href.replace(ROUTE, '$2$1');
}
