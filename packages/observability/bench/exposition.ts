import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assertEqual } from './equal-output.ts';
import type { ExpositionReply, ExpositionRequest } from './exposition-process.ts';
import { compare, quantile, type Subject } from './interleaved.ts';
import type { Effort, Question } from './question.ts';

const program = fileURLToPath(new URL('./exposition-process.js', import.meta.url));

export const exposition: Question = {
  row: 4,
  name: 'exposition',
  asks: 'The answer to a scrape, 120 000 lines long',
  does: 'text of 20 000 label sets of a histogram as bytes, every one of them observed since the last time; a process for each side, in turn',
  peers: ['prom-client'],
  async answer(effort) {
    const ours = start('ours');
    const theirs = start('prom-client');
    await Promise.all([ours.ask('observe'), theirs.ask('observe')]);
    const digest = await ours.ask('digest');
    assertEqual(digest, await theirs.ask('digest'), 'text');
    assertEqual(String(digest).startsWith('120000 lines'), true, 'number of lines');

    const done = await compare([toSubject('ours', ours), toSubject('prom-client', theirs)], shortened(effort));
    const blockMs = { ours: await longestBlockMs(ours), theirs: await longestBlockMs(theirs) };
    for (const one of [ours, theirs]) one.end();
    const value = done.ratio('prom-client', 'ours');
    return {
      measurements: done.measurements,
      findings: [
        { what: 'prom-client / ours', value, unit: '×', target: { bound: 'at least', value: 6 } },
        {
          what: 'longest event-loop block, ours (median of the outputs)',
          value: blockMs.ours,
          unit: 'ms',
          target: { bound: 'at most', value: 10 },
        },
        { what: 'longest event-loop block, prom-client', value: blockMs.theirs, unit: 'ms' },
      ],
      equal: 'the same 120 000 lines',
    };
  },
};

interface Side {
  ask(request: ExpositionRequest): Promise<ExpositionReply>;
  end(): void;
}

function start(who: string): Side {
  const child: ChildProcess = fork(program, [who], { execArgv: ['--expose-gc'] });
  return {
    async ask(request) {
      child.send(request);
      const [reply] = (await Promise.race([once(child, 'message'), failureOf(child)])) as [ExpositionReply];
      return reply;
    },
    end: () => child.disconnect(),
  };
}

async function failureOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the process that makes outputs ended with ${code}`);
}

function toSubject(name: string, side: Side): Subject {
  return {
    name,
    unit: 'output',
    prepare: () => side.ask('observe'),
    async run(times) {
      for (let left = times; left > 0; left -= 1) await side.ask('render');
    },
  };
}

/** An output takes as long as thirty rounds of the others. */
function shortened(effort: Effort): Effort {
  return { ...effort, rounds: Math.ceil(effort.rounds / 4), warmUpMs: effort.warmUpMs * 5 };
}

const watchedOutputs = 9;

/** The longest block while an output is made, the median over some. */
async function longestBlockMs(side: Side): Promise<number> {
  const blocksMs: number[] = [];
  for (let output = 0; output < watchedOutputs; output += 1) blocksMs.push(Number(await side.ask('longest-block')));
  return quantile(
    blocksMs.sort((a, b) => a - b),
    0.5,
  );
}
