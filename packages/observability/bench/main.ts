import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { questions } from './all-questions.ts';
import { type Answered, ask } from './answered.ts';
import { describeLoad, readMachine, readVersion } from './machine.ts';
import type { Question } from './question.ts';
import { findMisses, type Run, toJson, toMarkdown, toText } from './report.ts';

const usage = `Measures @autotrader/observability side by side with its peers.

npm run bench -- [options]
  --row <n>       only this row; may be given several times
  --quick         fewer rounds
  --check         end with 1 when a target is missed; writes no file
  --format <f>    text (default), json or markdown
  --help

Without --row, --quick and --check the result is written to docs/benchmarks.md.
`;

const document = fileURLToPath(new URL('../../../../docs/benchmarks.md', import.meta.url));
// A machine that does something else meanwhile spoils a row now and then, hardly three times in turn.
const tries = 3;

interface Wishes {
  readonly rows: readonly Question[];
  readonly effort: 'full' | 'quick';
  readonly check: boolean;
  readonly format: 'text' | 'json' | 'markdown';
}

function readWishes(): Wishes | undefined {
  const { values } = parseArgs({
    options: {
      row: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { format } = values;
  if (format !== 'text' && format !== 'json' && format !== 'markdown')
    throw new Error(`--format ${format}: text, json or markdown`);
  const rows = values.row.length === 0 ? questions : values.row.map(questionOf);
  return { rows, effort: values.quick ? 'quick' : 'full', check: values.check, format };
}

function questionOf(row: string): Question {
  const found = questions.find((question) => String(question.row) === row || question.name === row);
  if (found === undefined) {
    throw new Error(
      `--row ${row}: one of ${questions.map((question) => `${question.row} (${question.name})`).join(', ')}`,
    );
  }
  return found;
}

/** On a terminal, the line under the cursor says what is going on. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

async function askAll({ rows, effort, check }: Wishes): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const [index, question] of rows.entries()) {
    showProgress(`${index + 1}/${rows.length} ${question.name}`);
    let latest = await ask(question, effort);
    for (let attempt = 2; check && attempt <= tries && findMisses([latest]).length > 0; attempt += 1) {
      showProgress(`${index + 1}/${rows.length} ${question.name}, missed: once more`);
      latest = await ask(question, effort);
    }
    answered.push(latest);
  }
  showProgress('');
  return answered;
}

/** Where the system allows it, the measured processes, which inherit this, go before everything else that is running. */
function goFirst(): void {
  try {
    setPriority(process.pid, -15);
  } catch {
    // For the superuser only, on most systems.
  }
}

async function main(): Promise<number> {
  const wishes = readWishes();
  if (wishes === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const busy = describeLoad();
  if (busy !== undefined) process.stderr.write(`${busy}\n`);
  goFirst();
  const answered = await askAll(wishes);
  const peers = [...new Set(wishes.rows.flatMap((question) => question.peers))];
  const versions = Object.fromEntries(peers.map((name) => [name, readVersion(name)]));
  const run: Run = { machine: readMachine(), versions, busy, answered };
  const format = { text: toText, json: toJson, markdown: toMarkdown }[wishes.format];
  process.stdout.write(format(run));
  if (wishes.rows === questions && wishes.effort === 'full' && !wishes.check) writeFileSync(document, toMarkdown(run));
  const failed = answered.some(({ result }) => result.kind === 'failure');
  const missed = wishes.check && findMisses(answered).length > 0;
  return failed || missed ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
