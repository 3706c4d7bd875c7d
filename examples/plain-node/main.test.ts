import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

type Line = Readonly<Record<string, unknown>>;

/** The example as somebody starts it, on a free port, with its lines as they come. */
function startExample() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.mjs', import.meta.url))], {
    env: { ...process.env, METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    for (const look of waiting) look();
  });
  const line = (isMeant: (line: Line) => boolean): Promise<Line> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find(isMeant);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, lines, line };
}

test('a line, the span around it and the metric counted in it lead to each other by the trace id', async () => {
  const { child, lines, line } = startExample();
  const { metrics_at: address } = await line(({ event }) => event === 'shop_opened');
  const { trace_id: traceId, span_id: spanId } = await line(({ event }) => event === 'order_taken');
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);

  const span = await line((one) => one['trace_id'] === traceId && one['event'] === 'span_ended');
  expect(span).toMatchObject({ span_id: spanId, name: 'order.take', attributes: { 'order.number': 1 } });

  const headers = { accept: 'application/openmetrics-text' };
  const text = await (await fetch(String(address), { headers })).text();
  expect(text).toContain('orders_total{status="paid"}');
  const shownIds = [...text.matchAll(/^order_duration_seconds_bucket.*trace_id="(\w+)"/gm)].map((match) => match[1]);
  const taken = lines.filter(({ event }) => event === 'order_taken').map((one) => one['trace_id']);
  expect(shownIds.length).toBeGreaterThan(0);
  expect(taken).toEqual(expect.arrayContaining(shownIds));

  child.kill('SIGTERM');
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(0);
  expect(lines.at(-1)).toMatchObject({ event: 'telemetry_shutdown', lines_lost: 0, spans_lost: 0 });
  expect(JSON.stringify(lines)).not.toContain('tok_81723');
});
