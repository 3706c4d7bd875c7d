import { defineConfig } from 'vitest/config';

// Workspace packages export their source under this condition, so unit tests need no build.
const conditions = ['@autotrader/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/bench/**/*.test.ts',
      'examples/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // Tests with real processes and sockets share two noisy cores there; the verdict names each that needed it.
    retry: process.env['CI'] === undefined ? 0 : 1,
    // Two cores are what a small CI machine has; more workers only make timing-sensitive servers slower.
    maxWorkers: 2,
  },
});
