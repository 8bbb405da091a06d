import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { oldestBrowsers } from './build/oldest-browsers.ts';

/** The service worker, in one file: it is no module, so it cannot import what it shares with the pages. */
export default defineConfig({
  publicDir: false,
  build: {
    target: oldestBrowsers,
    rolldownOptions: {
      input: { 'service-worker': fileURLToPath(new URL('src/patient/service-worker.ts', import.meta.url)) },
      // A service worker's address may not change, and its folder is what it may serve.
      output: { format: 'iife', entryFileNames: '[name].js' },
    },
  },
});
