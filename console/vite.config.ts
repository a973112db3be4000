/**
 * How the console is built: static files in `dist/` without an inline script, so that the server can
 * send a strict content security policy. React and the router are chunks of their own, because they
 * change far less often than the pages; the rest is split by what pages have in common, so that the
 * first load has only what the first page needs. Beside each file lies a compressed copy.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'
import { prunedStyles } from './build/pruned-styles.ts'

const SERVER = process.env.COMMONHOLD_DEV_SERVER ?? 'http://127.0.0.1:7333'
const CHUNK_WARNING_KILOBYTES = 700

export default defineConfig({
  plugins: [react(), prunedStyles(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A data: font or image would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: CHUNK_WARNING_KILOBYTES,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'tanstack', test: /node_modules\/@tanstack\// },
            {
              // What several pages have: few files instead of many small ones. With all that they
              // import, so that no chunk is needed by one that it needs itself.
              name: 'ui',
              test: /console\/src\/(ui|api|pages\/parts)\/|lucide-react/,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: SERVER, changeOrigin: false },
      '/docs': { target: SERVER, changeOrigin: false },
      '/v1': { target: SERVER, changeOrigin: false },
    },
  },
})
