/** Where events go, as `.env` or the shell says. */
interface ImportMetaEnv {
  readonly VITE_INKLING_HOST: string;
  readonly VITE_INKLING_WRITE_KEY: string;
}

declare module '*.vue' {
  const component: import('vue').Component;
  export default component;
}
