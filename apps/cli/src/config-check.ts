import { existsSync } from 'node:fs';
import { loadObservabilityConfig } from '@autotrader/observability';
import { loadSettings, readWatchlist, usualWatchlist } from '@autotrader/server';
import type { GlobalOptions } from './cli-command.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { toFailure, writeFailure } from './failure.ts';
import { observabilityFile } from './process/telemetry.ts';

const noFile = 'no file, defaults hold';

interface Part {
  readonly name: string;
  /** Answers with what was read. */
  read(): Promise<string>;
}

/** Reads every settings file there is; a problem in one does not hide those of another. */
export async function checkConfig(options: { globals: GlobalOptions; context: CliContext }): Promise<ExitCode> {
  const { context } = options;
  let wrong = false;
  for (const part of partsOf(options.globals, context)) {
    try {
      context.stdout.write(`ok  ${part.name.padEnd(9)}  ${await part.read()}\n`);
    } catch (error) {
      wrong = true;
      writeFailure(toFailure(error), { context, debug: false });
    }
  }
  return wrong ? exitCodes.usage : exitCodes.done;
}

function partsOf(globals: GlobalOptions, context: CliContext): readonly Part[] {
  return [
    {
      name: 'settings',
      read: async () => {
        const { file, settings } = await loadSettings({ file: globals.config, env: context.env });
        // The live market is one flag away, so its tokens are checked whichever market is set.
        const watchlist = settings.watchlistFile ?? (existsSync(usualWatchlist) ? usualWatchlist : null);
        if (watchlist === null) return file ?? noFile;
        const tokens = await readWatchlist(watchlist);
        return `${file ?? noFile}, and ${watchlist} with ${tokens.length} tokens`;
      },
    },
    {
      name: 'telemetry',
      read: async () => {
        const file = observabilityFile(globals, context.env);
        await loadObservabilityConfig({ file: file ?? undefined, env: context.env });
        return file ?? noFile;
      },
    },
  ];
}
