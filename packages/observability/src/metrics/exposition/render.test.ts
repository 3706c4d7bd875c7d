import { expect, test } from 'vitest';
import { CounterFamily } from '../counter.ts';
import { parseDeclaration } from '../declaring/declaration-checks.ts';
import { createRegistry } from '../registry.ts';
import { renderFamilies } from './render.ts';

const many = { limit: 100_000 };

test('a large output comes in chunks of bounded size', async () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: many } });
  for (let i = 0; i < 50_000; i++) done.inc({ item: `item ${i}` });
  const sizes: number[] = [];
  for await (const chunk of registry.renderChunks()) sizes.push(chunk.length);
  expect(sizes.length).toBeGreaterThan(10);
  expect(Math.max(...sizes)).toBeLessThan(128 * 1024);
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

test('the event loop gets a turn whenever a slice of time is used up', async () => {
  const family = new CounterFamily(
    parseDeclaration('counter', { name: 'done_total', help: 'h', labels: { item: many } }),
    false,
    {
      activeExemplar: null,
      now: () => 0,
      onDrop: () => {},
      onLabelProblem: () => {},
    },
  );
  for (let slot = 0; slot < 50_000; slot++) family.series.slotOf({ item: `${slot}` });
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  // A clock on which every look at it takes a millisecond: 10 ms may not pass without a turn.
  let clock = 0;
  const now = () => clock++;
  for await (const chunk of renderFamilies([family], { format: 'text', now })) expect(chunk.length).toBeGreaterThan(0);
  isOver = true;
  expect(turns).toBeGreaterThan(clock / 10);
  expect(clock).toBeGreaterThan(50);
});
