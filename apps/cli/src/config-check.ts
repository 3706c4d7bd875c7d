import { loadSettings, readWatchlist } from '@autotrader/server';
import type { GlobalOptions } from './cli-command.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { toFailure, writeFailure } from './failure.ts';

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
  const settings = () => loadSettings({ file: globals.config, env: context.env });
  return [
    { name: 'settings', read: async () => (await settings()).file ?? 'no file, defaults hold' },
    {
      name: 'watchlist',
      read: async () => {
        const file = await settings().then(
          (loaded) => loaded.settings.watchlistFile,
          () => null,
        );
        return file === null
          ? "none named, the market's own holds"
          : `${file}, ${(await readWatchlist(file)).length} tokens`;
      },
    },
  ];
}
