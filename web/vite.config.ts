import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defaultServerConditions, defineConfig } from 'vite';
import { firstLoad } from './build/first-load.ts';
import { oldestBrowsers } from './build/oldest-browsers.ts';
import { precompress } from './build/precompress.ts';

const entry = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const service = process.env['FAYO_SERVICE'] ?? 'http://127.0.0.1:3010';

export default defineConfig({
  // Relative, so that the pages work behind a proxy that strips a path prefix.
  base: './',
  // The client library is read from its sources, also by the tests; its own build is for other projects.
  resolve: { conditions: ['fayo-source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['fayo-source', ...defaultServerConditions] } },
  plugins: [react(), firstLoad({ limit: 250_000 }), precompress()],
  build: {
    // The service worker is there already: vite.worker.config.ts is built first.
    emptyOutDir: false,
    target: oldestBrowsers,
    // The inlined polyfill and data: URLs of assets would need exceptions from the Content-Security-Policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Agora's SDK is one file of more than a megabyte, loaded only when it is used; first-load.ts limits what the pages load.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      input: {
        index: entry('index.html'),
        me: entry('me.html'),
        monitor: entry('monitor.html'),
      },
    },
  },
  server: {
    proxy: {
      // As any proxy does, it says whom it asks for: the demo is for whoever sits at the service's own machine.
      '/api': { target: service, xfwd: true, changeOrigin: false },
      '/orleans': service,
      '/ws': { target: service, ws: true },
    },
  },
});
