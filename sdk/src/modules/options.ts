/** What optional modules are told: in code, or by attributes of a tag that loads a script with them. */
export interface ModuleOptions {
  /** `false`: attention is not measured, where the script has the module. */
  readonly engagement?: boolean;
  /** `false`: clicks on links to other sites are not reported. */
  readonly links?: boolean;
  /** Endings of the files whose downloads are reported, separated by commas; `false`: none. */
  readonly downloads?: string | false;
  /** Parameters of an address that hold what was searched for, separated by commas; `false`: none. */
  readonly search?: string | false;
  /** `false`: elements with `data-ink-event` are not listened to. */
  readonly clicks?: boolean;
  /** Other domains of the site, separated by commas, on which a visitor is to be the same. */
  readonly domains?: string;
  /** `true`: Google's consent mode decides for the visitor: `analytics_storage`. */
  readonly consentMode?: boolean;
  /** Purposes of the TCF that a visitor must have agreed to, separated by commas. */
  readonly tcf?: string;
}
