import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CliCommand, CliOption } from './cli-command.ts';
import { commands } from './commands.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { toFailure, writeFailure } from './failure.ts';
import { globalOptions } from './options.ts';

const examples = [
  'autotrader up                               scan a simulated market and serve the results',
  'autotrader scan --market live PEPE          one token, from the real sources',
  'autotrader scan --format json | jq .scans   results for a script',
  'autotrader doctor                           is everything in its place?',
];

/** Runs one command line and answers with the exit code. Never rejects; whatever goes wrong is one message on stderr. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (context.signal.aborted && isAbort(error)) return exitCodes.interrupted;
    const failure = toFailure(error);
    writeFailure(failure, { context, debug: wantsDebug(program, context) });
    return failure.exitCode;
  }
}

function createProgram(context: CliContext, finish: (code: ExitCode) => void): Command {
  const program = new Command('autotrader')
    .description('Scans crypto tokens and shows how it came to every number. Informational only, not financial advice.')
    .version(context.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns,
      getErrHelpWidth: () => context.stderr.columns,
      outputError: (text, write) => write(text.replace(/^error: /, 'autotrader: ')),
    })
    .showHelpAfterError('  Run "autotrader --help" for what there is.')
    .exitOverride();
  for (const option of globalOptions) program.addOption(toOption(option));
  addExamples(program, examples);
  for (const declaration of commands) addCommand(program, { declaration, context, finish });
  return program;
}

interface Registration {
  readonly declaration: CliCommand;
  readonly context: CliContext;
  readonly finish: (code: ExitCode) => void;
}

function addCommand(program: Command, { declaration, context, finish }: Registration): void {
  const { name, summary, argument, options, actions = [] } = declaration;
  const command = program.command(name).description(summary);
  command.showHelpAfterError(`  Run "autotrader ${name} --help" for what there is.`);
  if (argument !== undefined) command.argument(`[${argument.name}...]`, argument.description);
  for (const option of options) command.addOption(toOption(option));
  addExamples(command, declaration.examples);
  const run = async (actor: Command, args: readonly string[]) => {
    finish(await declaration.run({ args, options: actor.optsWithGlobals() }, context));
  };
  if (actions.length === 0) command.action(() => run(command, command.args));
  for (const action of actions) {
    const actor = command.command(action.name).description(action.summary);
    if (action.argument !== undefined) actor.argument(`[${action.argument.name}]`, action.argument.description);
    for (const option of action.options ?? []) actor.addOption(toOption(option));
    actor.action(() => run(actor, [action.name, ...actor.args]));
  }
}

function toOption({ flags, description, choices, default: initial, parse }: CliOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices(choices);
  if (initial !== undefined) option.default(initial);
  if (parse !== undefined) option.argParser((text) => parsed(parse, text));
  return option;
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
  }
}

function addExamples(command: Command, lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function wantsDebug(program: Command, context: CliContext): boolean {
  const level = program.opts<{ logLevel?: string }>().logLevel ?? context.env['LOG_LEVEL'] ?? '';
  return level.toUpperCase() === 'DEBUG';
}
