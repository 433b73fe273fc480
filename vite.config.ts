/**
 * Builds the page: `src/web/` to `dist/web/`, which the API serves.
 *
 * Names of files carry a hash of their contents, so that a browser may keep them for ever. Nothing
 * is inline, because the page's content security policy allows nothing inline.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: place('./src/web'),
  // The server that answers is the node's own: the page asks for nothing elsewhere.
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: place('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  clearScreen: false,
  logLevel: 'warn',
});
