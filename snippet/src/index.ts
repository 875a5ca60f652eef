/** What the lines to paste are made for. */
export interface SnippetOptions {
  /** Origin of the collector as browsers reach it, with a path behind a proxy; no slash at the end. */
  readonly host: string;
  readonly writeKey: string;
  /** Where the script is, if a first-party proxy has renamed it; `host/inkling.js` unless given. */
  readonly src?: string;
  /** `false` leaves out the stub: for pages that call nothing before the script is there. */
  readonly stub?: boolean;
  /** For pages whose content security policy asks for one. */
  readonly nonce?: string;
  /** Hash of the script (`sha384-…`), for a versioned `src` alone: a new version has another one. */
  readonly integrity?: string;
}

/** `stub.ts`, minified. */
export const STUB =
  'inkling=new Proxy([],{get:(e,n)=>e[n]??((...t)=>{e.push([n,t,Date.now(),location.href,document.title])})})';

/** The lines that a website owner pastes into the head of every page. */
export function snippet(options: SnippetOptions): string {
  const { host, writeKey, src = `${host}/inkling.js`, stub = true, nonce, integrity } = options;
  const nonced = nonce === undefined ? '' : ` nonce="${attribute(nonce)}"`;
  const checked = integrity === undefined ? '' : ` integrity="${attribute(integrity)}" crossorigin`;
  const tag = `<script async src="${attribute(src)}" data-write-key="${attribute(writeKey)}"${checked}${nonced}></script>`;
  return stub ? `<script${nonced}>${STUB}</script>\n${tag}` : tag;
}

/** As the value of an attribute in double quotes. */
function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
