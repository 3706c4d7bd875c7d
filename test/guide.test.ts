import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLog, repository, startNode, toProcess } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { type Block, markOf, readBlocks } from './harness/guide-blocks.ts';
import { findProgram } from './harness/machine.ts';
import { type OtlpReceiver, startOtlpReceiver } from './harness/otlp-receiver.ts';
import { type Prometheus, startPrometheus } from './harness/prometheus.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

const documents = ['README.md', join('docs', 'OBSERVABILITY_GUIDE.md')];
const blocks = documents.flatMap((name) => readBlocks(name, readFileSync(join(repository, name), 'utf8')));
const known = [
  ...['bash', 'bash start', 'bash whole', 'ts', 'promql', 'json log', 'text scan'],
  ...['yaml observability', 'yaml prometheus'],
];
const promtool = findProgram('promtool');
const prometheusBinary = findProgram('prometheus');

let folder: string;
let system: System;
let receiver: OtlpReceiver;
let prometheus: Prometheus | null = null;

beforeAll(async () => {
  folder = await createWorkFolder();
  for (const name of ['apps', 'deploy', 'docs', 'node_modules', 'packages', 'package.json']) {
    await symlink(join(repository, name), join(folder, name));
  }
  receiver = await startOtlpReceiver();
  system = await startSystem({ folder });
  await system.scanAndWait();
  if (prometheusBinary === null) return;
  const host = new URL(system.metricsUrl).host;
  prometheus = await startPrometheus(prometheusBinary, join(folder, 'prometheus'), host);
}, 60_000);

afterAll(async () => {
  await Promise.all([system?.process.stop('SIGKILL'), prometheus?.process.stop('SIGKILL'), receiver?.close()]);
  await removeFolder(folder);
});

/** The addresses of the guide are the defaults; here every listener has a free port. */
function adapted(text: string): string {
  return text
    .replaceAll('http://127.0.0.1:8000', system.apiUrl)
    .replaceAll('http://127.0.0.1:9090', system.metricsUrl)
    .replaceAll('http://127.0.0.1:4318', receiver.url)
    .replaceAll('127.0.0.1:9091', '127.0.0.1:0')
    .replaceAll('--port 9090', '--port 0')
    .replaceAll(/\b(autotrader|main\.js) up\b(?! --port)(.*)$/gm, '$1 up --port 0 --metrics-port 0$2');
}

// The trap lets the shell live until the signal has ended what it runs, and answer with its exit code.
const prelude = `set -euo pipefail
trap : TERM
shopt -s expand_aliases
alias autotrader="node apps/cli/dist/main.js"
`;

function runShell(text: string) {
  const child = spawn('bash', ['-c', prelude + adapted(text)], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const shell = toProcess(child);
  return { ...shell, killAll: (signal: NodeJS.Signals) => process.kill(-shell.pid, signal) };
}

const ofKind = (kind: string) => {
  const [language, mark] = kind.split(' ');
  return blocks.filter((block) => {
    if (block.language !== language) return false;
    if (mark !== undefined) return block.marks.includes(mark);
    return !block.marks.includes('start') && !block.marks.includes('whole');
  });
};
const named = (found: readonly Block[]) =>
  found.map((block) => ({ at: `${block.document}:${block.line}`, file: `block-${block.line}`, block }));
const isMissing = (block: Block) => {
  const program = markOf(block, 'needs');
  return program !== null && findProgram(program) === null;
};

describe('README and observability guide', () => {
  it('has no block that the tests below leave out', () => {
    const reached = new Set(known.flatMap(ofKind));
    expect(named(blocks.filter((block) => !reached.has(block))).map(({ at }) => at)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(20);
  });

  for (const { at, block } of named(ofKind('bash'))) {
    it.skipIf(isMissing(block))(
      `${at}: the commands do what the guide says`,
      async () => {
        const shell = runShell(block.text);
        const { code } = await shell.ended;
        const said = `${shell.stdout.text}\n${shell.stderr.text}`;
        expect((markOf(block, 'exits') ?? '0').split('|').map(Number), said).toContain(code);
        expect(said).not.toContain('command not found');
      },
      60_000,
    );
  }

  for (const { at, block } of named(ofKind('bash start'))) {
    it.skipIf(isMissing(block))(`${at}: the command starts, listens, and ends when asked to`, async () => {
      const shell = runShell(startable(block.text));
      const listens = (text: string) => (/"event":"listening"|msg="Listening on"/.test(text) ? true : undefined);
      await Promise.any([shell.stdout.first('a listener', listens), shell.stderr.first('a listener', listens)]);
      shell.killAll('SIGTERM');
      expect((await shell.ended).code, shell.stderr.text).toBe(0);
    });
  }

  for (const { at, block } of named(ofKind('bash whole'))) {
    it(`${at}: is what this test is part of`, () => {
      expect(block.text).toBe('npm ci && npm test');
      expect(scripts['test']).toMatch(/^npm run .*build && vitest run$/);
    });
  }

  for (const { at, block } of named(ofKind('text scan'))) {
    it(`${at}: a scan prints such a table of these tokens`, async () => {
      const shell = runShell('autotrader scan');
      expect((await shell.ended).code).toBe(0);
      const rows = block.text.split('\n').filter((row) => /^\S/.test(row) && row !== '…');
      expect(shell.stdout.lines[0]).toBe(rows[0]);
      for (const row of rows)
        expect(shell.stdout.text).toContain(`\n${row.split(' ')[0]} `.replace('\nSYMBOL', 'SYMBOL'));
    });
  }

  for (const { at, file, block } of named(ofKind('ts'))) {
    it(`${at}: the program runs to its end`, async () => {
      await writeFile(join(folder, `${file}.mts`), adapted(block.text));
      const running = startNode(['--import', import.meta.resolve('tsx'), `${file}.mts`], { cwd: folder });
      const { code } = await running.ended;
      expect({ code, stderr: running.stderr.text }).toEqual({ code: 0, stderr: '' });
      expect(running.stdout.text).not.toContain('never written');
    });
  }

  for (const { at, file, block } of named(ofKind('yaml observability'))) {
    it(`${at}: the settings are accepted`, async () => {
      await writeFile(join(folder, `${file}.yaml`), block.text);
      const shell = runShell(`autotrader config check --observability-config ${file}.yaml`);
      expect((await shell.ended).code, shell.stderr.text).toBe(0);
    });
  }

  for (const { at, file, block } of named(ofKind('yaml prometheus'))) {
    it.skipIf(promtool === null)(`${at}: promtool accepts the configuration`, async () => {
      await writeFile(join(folder, `${file}.yaml`), block.text);
      const shell = runShell(`promtool check config ${file}.yaml`);
      expect((await shell.ended).code, shell.stderr.text).toBe(0);
    });
  }

  for (const { at, block } of named(ofKind('json log'))) {
    it(`${at}: a line of this event has these fields`, async () => {
      const shown = JSON.parse(block.text);
      const real = await system.process.event(shown.event);
      expect(Object.keys(shown).filter((key) => !(key in real))).toEqual([]);
      for (const key of ['level', 'logger', 'service']) expect(real[key]).toBe(shown[key]);
      expect(parseLog(JSON.stringify(real))).toEqual(real);
    });
  }

  for (const { at, block } of named(ofKind('promql'))) {
    it.skipIf(prometheusBinary === null)(`${at}: Prometheus can answer the query`, async () => {
      const path = `/api/v1/query?query=${encodeURIComponent(block.text)}`;
      const reply = await eventually('an answer', () => prometheus?.get(path));
      expect(reply).toMatchObject({ status: 'success' });
    });
  }
});

const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
).scripts;

/** `npm ci` and the build came before this test; what `npm start` then runs is what package.json says. */
function startable(text: string): string {
  const npmStart = /npm start(?: -- (?<args>.+))?$/.exec(text);
  if (npmStart === null) return text;
  expect(`${scripts['prestart']} ${scripts['start']}`).toContain('npm run');
  return [scripts['start'], npmStart.groups?.['args'] ?? ''].join(' ').trim();
}
