/** What optional modules report, by the names of their events: for typed events of one's own beside them. */
export interface ModuleEvents {
  readonly 'Page Engaged': {
    /** Of the view. */
    readonly path: string;
    readonly url: string;
    /** In which it was in sight and had the focus, since the last report. */
    readonly seconds: number;
    /** How much of it had been scrolled to, in percent. */
    readonly depth: number;
  };
  readonly 'Link Clicked': { readonly url: string; readonly text: string | undefined };
  readonly 'File Downloaded': {
    readonly url: string;
    readonly filename: string | undefined;
    /** `pdf`; empty for a file without one. */
    readonly extension: string;
  };
  readonly 'Site Searched': { readonly query: string };
}
