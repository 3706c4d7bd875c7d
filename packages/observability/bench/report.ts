import type { Answered } from './answered.ts';
import type { Machine } from './machine.ts';
import { type Finding, isMet, type Measurement } from './question.ts';

/** Everything a report tells. */
export interface Run {
  readonly machine: Machine;
  /** Installed versions by package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly busy: string | undefined;
  readonly answered: readonly Answered[];
}

/** The document: ratios first, because they hold on any machine. */
export function toMarkdown(run: Run): string {
  return `${[
    '# Benchmarks',
    '',
    'Written by `npm run bench`; edit the questions in `packages/observability/bench`, not this file.',
    '',
    ...ratioTable(run.answered),
    '',
    ...timeTable(run.answered),
    '',
    ...questionList(run.answered),
    '',
    ...conditions(run),
  ].join('\n')}\n`;
}

/** The same for a terminal. */
export function toText(run: Run): string {
  const lines = run.answered.flatMap(({ question, result }) => [
    `${question.row}. ${question.asks} (${question.name})`,
    ...(result.kind === 'failure'
      ? [`   FAILED ${result.failure.split('\n').join('\n   ')}`]
      : [
          ...result.answer.findings.map((finding) => `   ${verdictOf(finding).padEnd(6)} ${formatFinding(finding)}`),
          ...result.answer.measurements.map((measurement) => `          ${formatMeasurement(measurement)}`),
        ]),
  ]);
  return [...lines, ''].join('\n');
}

export function toJson(run: Run): string {
  const { machine, versions, busy } = run;
  const rows = run.answered.map(({ question: { row, name }, result }) => ({ row, name, ...result }));
  return `${JSON.stringify({ machine, versions, busy, rows }, null, 2)}\n`;
}

/** Rows that missed a target or could not be answered. */
export function findMisses(answered: readonly Answered[]): Answered[] {
  return answered.filter(({ result }) => result.kind === 'failure' || !result.answer.findings.every(isMet));
}

function verdictOf(finding: Finding): string {
  if (finding.target === undefined) return '';
  return isMet(finding) ? 'ok' : 'MISSED';
}

function formatFinding(finding: Finding): string {
  const target = formatTarget(finding);
  return `${finding.what}: ${formatValue(finding)}${target === '' ? '' : ` (target ${target})`}`;
}

function formatValue({ value, unit }: Finding): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function formatTarget({ target, unit }: Finding): string {
  if (target === undefined) return '';
  return `${target.bound === 'at least' ? '≥' : '≤'} ${target.value} ${unit}`;
}

function formatMeasurement({ name, medianNs, p99Ns, bytesPerOperation, unit }: Measurement): string {
  const bytes = bytesPerOperation === undefined ? '' : `, ${bytesPerOperation} bytes`;
  return `${name}: median ${formatTime(medianNs)}, p99 ${formatTime(p99Ns)}${bytes}${unit === undefined ? '' : ` per ${unit}`}`;
}

function formatTime(ns: number): string {
  if (ns < 1_000) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(2)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

function ratioTable(answered: readonly Answered[]): string[] {
  const rows = answered.flatMap(({ question, result }) =>
    result.kind === 'failure'
      ? [`| ${question.row} | ${question.asks} | failed | | | |`]
      : result.answer.findings.map((finding, index) => {
          const first = index === 0 ? [`${question.row}`, question.asks] : ['', ''];
          const cells = [
            ...first,
            finding.what,
            `**${formatValue(finding)}**`,
            formatTarget(finding),
            verdictOf(finding),
          ];
          return `| ${cells.join(' | ')} |`;
        }),
  );
  return [
    '## Ratios',
    '',
    'Each is the median over rounds in which every side took its turn.',
    '',
    '| # | question | what | measured | target | |',
    '|---|---|---|---|---|---|',
    ...rows,
  ];
}

function timeTable(answered: readonly Answered[]): string[] {
  const rows = answered.flatMap(({ question, result }) =>
    result.kind === 'failure'
      ? []
      : result.answer.measurements.map(({ name, medianNs, p99Ns, bytesPerOperation, unit }) => {
          const cells = [
            question.row,
            name,
            formatTime(medianNs),
            formatTime(p99Ns),
            bytesPerOperation ?? '',
            unit ?? 'call',
          ];
          return `| ${cells.join(' | ')} |`;
        }),
  );
  return [
    '## Times',
    '',
    'Of one operation on the machine below; p99 is that of the rounds. Bytes are what an operation leaves to the collector.',
    '',
    '| # | who | median | p99 | bytes | per |',
    '|---|---|---|---|---|---|',
    ...rows,
  ];
}

function questionList(answered: readonly Answered[]): string[] {
  return [
    '## What each row does',
    '',
    ...answered.map(({ question, result }) => {
      const equal = result.kind === 'answer' ? ` Equal on both sides, or the row fails: ${result.answer.equal}.` : '';
      return `- **${question.row} ${question.name}**: ${question.does}.${equal}`;
    }),
  ];
}

function conditions({ machine, versions, busy }: Run): string[] {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '## Conditions',
    '',
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.platform}; Node ${machine.node} (V8 ${machine.v8})`,
    `- ${peers.join(', ')}`,
    ...(busy === undefined ? [] : [`- ${busy}`]),
    '- Every row runs in a process of its own, on the built library under plain Node. A round lasts a few milliseconds;',
    '  the sides take turns in an order that moves on, with the young generation collected before each.',
    '',
    '## Again',
    '',
    '```',
    'npm run bench                        # everything, and this file',
    'npm run bench -- --check             # ends with 1 when a target is missed; a row that misses is asked up to three times',
    'npm run bench -- --row 4 --quick     # one row, in a few seconds',
    'npm run bench -- --format json',
    '```',
  ];
}
