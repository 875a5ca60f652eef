/** @type {import('next').NextConfig} */
const config = {
  // Its own folder has its own lockfile; the one above is another project's.
  turbopack: { root: import.meta.dirname },
};

export default config;
