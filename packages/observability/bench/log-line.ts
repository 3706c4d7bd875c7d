import { execFileSync } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assertEqual } from './equal-output.ts';
import { compare, type Subject } from './interleaved.ts';
import { createLoggers, event, fieldsOf, insideSpan, type LineLogger, startOurs } from './log-line-loggers.ts';
import type { Question } from './question.ts';

const program = fileURLToPath(new URL('./log-line-process.js', import.meta.url));

export const logLine: Question = {
  row: 6,
  name: 'log-line',
  asks: 'A log line with four fields',
  does: 'one line to /dev/null, 100 in a turn of the event loop; ours inside a span with its ids and with redaction at any depth, pino with neither',
  peers: ['pino', 'winston'],
  async answer(effort) {
    assertSameFields();
    const observability = await startOurs();
    const loggers = createLoggers();
    const done = await compare(loggers.map(toSubject), effort);
    await observability.shutdown();
    return {
      measurements: done.measurements,
      findings: [
        {
          what: 'ours / pino',
          value: done.ratio('ours', 'pino'),
          unit: '×',
          target: { bound: 'at most', value: 0.8 },
        },
        {
          what: 'ours / pino that collects 4 kB before it writes',
          value: done.ratio('ours', 'pino, buffered'),
          unit: '×',
          target: { bound: 'at most', value: 0.8 },
        },
        {
          what: 'ours / pino with ids and five redacted paths',
          value: done.ratio('ours', 'pino, ids and redaction'),
          unit: '×',
        },
        { what: 'ours / winston', value: done.ratio('ours', 'winston'), unit: '×' },
      ],
      equal:
        'the same event, level and four fields on every line, read back from a pipe; ours with ids, and a planted password gone',
    };
  },
};

const linesPerTurn = 100;

function toSubject({ name, write }: LineLogger): Subject {
  return {
    name,
    async run(times) {
      for (let left = times; left > 0; ) {
        const batch = Math.min(left, linesPerTurn);
        insideSpan(() => {
          for (let line = 0; line < batch; line += 1) write(left - line);
        });
        left -= batch;
        await nextTurn();
      }
    },
  };
}

type Line = Readonly<Record<string, unknown>>;

/** What the loggers write to a pipe, read by somebody else. */
function assertSameFields(): void {
  const output = execFileSync(process.execPath, [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const expected = [1, 2, 3].map((index) => ({ event, isInfo: true, ...fieldsOf(index) }));
  for (const name of ['ours', 'pino', 'pino, ids and redaction', 'winston']) {
    const own = lines.filter((line) => writerOf(line) === name);
    assertEqual(own.slice(0, expected.length).map(toComparable), expected, `lines of ${name}`);
  }
  const ours = lines.filter((line) => writerOf(line) === 'ours');
  const ids = ours.slice(0, expected.length).map((line) => `${line['trace_id']} ${line['span_id']}`);
  assertEqual(
    ids.every((id) => /^[0-9a-f]{32} [0-9a-f]{16}$/.test(id)),
    true,
    'ids',
  );
  assertEqual(output.includes('hunter2-planted'), false, 'redaction');
  assertEqual(
    ours.some((line) => line['event'] === 'planted_secret'),
    true,
    'the line of the planted secret',
  );
}

function writerOf(line: Line): string {
  if ('logger' in line) return 'ours';
  if ('pid' in line) return 'trace_id' in line ? 'pino, ids and redaction' : 'pino';
  return 'winston';
}

function toComparable(line: Line): Line {
  const fields = Object.keys(fieldsOf(1)).map((key) => [key, line[key]]);
  const isInfo = line['level'] === 'INFO' || line['level'] === 30 || line['level'] === 'info';
  return { event: line['event'] ?? line['msg'] ?? line['message'], isInfo, ...Object.fromEntries(fields) };
}
