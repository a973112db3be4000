/**
 * How the console is built: static files in `dist/` without an inline script, so that the server can
 * send a strict content security policy. React and Mantine are chunks of their own, because they
 * change far less often than the pages; charts are imported by pages only when one is drawn.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = process.env.COMMONHOLD_DEV_SERVER ?? 'http://127.0.0.1:7333'
const CHUNK_WARNING_KILOBYTES = 700

export default defineConfig({
  plugins: [react()],
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
            { name: 'charts', test: /node_modules\/(@mantine\/charts|recharts|d3-|victory)/ },
            { name: 'mantine', test: /node_modules\/(@mantine|@floating-ui)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: SERVER, changeOrigin: false },
      '/v1': { target: SERVER, changeOrigin: false },
    },
  },
})
