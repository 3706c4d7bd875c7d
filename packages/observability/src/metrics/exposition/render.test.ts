import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { createRegistry } from '../registry.ts';

const many = { limit: 100_000 };

test('a large output comes in chunks, between which other work runs', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: many } });
  for (let i = 0; i < 50_000; i++) done.inc({ item: `item ${i}` });
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const sizes: number[] = [];
  for await (const chunk of registry.renderChunks()) sizes.push(chunk.length);
  isOver = true;
  expect(sizes.length).toBeGreaterThan(10);
  expect(Math.max(...sizes)).toBeLessThan(128 * 1024);
  expect(turns).toBeGreaterThan(1);
});

test('series that come and go while the output is written leave it well formed', async () => {
  const registry = createRegistry();
  const level = registry.gauge({ name: 'level', help: 'h', labels: { item: many } });
  for (let i = 0; i < 5000; i++) level.set({ item: `${i}` }, i);
  let text = '';
  let chunks = 0;
  for await (const chunk of registry.renderChunks()) {
    text += chunk;
    chunks += 1;
    for (let i = 0; i < 5000; i += 7) level.remove({ item: `${i}` });
    for (let i = 4998; i >= 0; i -= 14) level.set({ item: `${i}` }, i);
    for (let i = 0; i < 300; i++) level.set({ item: `new-${chunks}-${i}` }, i);
  }
  const names = text
    .split('\n')
    .filter((line) => line.startsWith('level{'))
    .map((line) => line.split(' ')[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(text.match(/# HELP level/g)).toHaveLength(1);
});

test('abandoning the output half way still counts the scrape', async () => {
  const registry = createRegistry();
  registry.counter({ name: 'done_total', help: 'h' });
  for await (const chunk of registry.renderChunks()) if (chunk !== '') break;
  expect(registry.value('metrics_scrape_duration_seconds_count')).toBe(1);
});

test('the event loop is measurable while 100 000 series are written', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: many } });
  for (let i = 0; i < 100_000; i++) done.inc({ item: `item ${i}` });
  const startedAt = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let lines = 0;
  for await (const chunk of registry.renderChunks()) lines += chunk.split('\n').length - 1;
  delay.disable();
  const totalMs = performance.now() - startedAt;
  expect(lines).toBe(100_002);
  // A ratio, because absolute times do not hold on shared machines: no single block is a large part of the work.
  expect(delay.max / 1e6).toBeLessThan(Math.max(totalMs * 0.6, 20));
});
