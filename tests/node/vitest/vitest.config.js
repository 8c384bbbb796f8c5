import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

const launchOptions = { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] }

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'node', environment: 'node' } },
      { test: { name: 'jsdom', environment: 'jsdom' } },
      { test: { name: 'happy-dom', environment: 'happy-dom' } },
      {
        // For Vite 6 and 7; 8 needs none.
        optimizeDeps: { exclude: ['pubwiki-lua'] },
        test: {
          name: 'browser',
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({ launchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
