#!/usr/bin/env node
// Committed, so that npm can link the command before the first build.
import { existsSync } from 'node:fs';

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  process.stderr.write('autotrader: it is not built yet\n  Run "npm run build" in the repository.\n');
  process.exitCode = 1;
}
