// A service that a test starts as a process of its own: it makes spans, lines and a counter when it is told to.
import { randomBytes } from 'node:crypto';
import { counter, defaultRegistry, getLogger, initObservability, traceOperation } from '@autotrader/observability';
import type { Command, Emission, SenderCounts, SenderReport } from './sender-commands.ts';

const tickMs = 20;
const items = counter({ name: 'delivery_items_total', help: 'Items made.' });
const log = getLogger('delivery.sender');
const { shutdown } = await initObservability({ env: {}, overrides: JSON.parse(process.argv[2] ?? '{}') });

function makeItem(index: number, { padding = 0, errorEvery = 0, lineEvery = 0 }: Emission): void {
  const attributes = {
    'item.index': index,
    'item.made_at_ms': Date.now(),
    // Random, so that compression does not make it nothing.
    ...(padding > 0 ? { 'item.padding': randomBytes((padding * 3) / 4).toString('base64') } : {}),
  };
  const isError = errorEvery > 0 && index % errorEvery === 0;
  try {
    traceOperation('item', { attributes }, () => {
      if (isError) throw new Error('this item fails');
    });
  } catch {
    // Seen by the span already.
  }
  items.inc();
  if (lineEvery > 0 && index % lineEvery === 0) log.info('item_made', { index });
}

/** In one tick, or spread over time at a rate; a late timer makes up for what it missed. */
async function emit(emission: Emission): Promise<void> {
  const { from = 0, count, perSecond } = emission;
  const startedMs = performance.now();
  for (let made = 0; made < count; ) {
    const due =
      perSecond === undefined ? count : Math.min(count, ((performance.now() - startedMs) / 1_000) * perSecond);
    for (; made < due; made += 1) makeItem(from + made, emission);
    if (made < count) await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
}

function counts(): SenderCounts {
  const dropped: Record<string, number> = {};
  for (const { name, labels, value } of defaultRegistry().samples()) {
    if (name === 'telemetry_dropped_total' && value > 0) dropped[`${labels['signal']} ${labels['reason']}`] = value;
  }
  globalThis.gc?.();
  const exported = defaultRegistry().value('telemetry_exported_total', { signal: 'traces' }) ?? 0;
  const spooledBytes = defaultRegistry().value('telemetry_spooled_bytes') ?? 0;
  return { dropped, exportedSpans: exported, spooledBytes, heapBytes: process.memoryUsage().heapUsed };
}

/** As an administrator who sets the time does: clocks that count since the start go on. */
function jumpClock(byMs: number): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: readonly (number | string)[]) {
      if (given.length === 0) super(RealDate.now() + byMs);
      else super(...(given as [number]));
    }
    static override now(): number {
      return RealDate.now() + byMs;
    }
  } as DateConstructor;
}

async function obey(command: Command): Promise<SenderCounts | SenderReport | undefined> {
  switch (command.kind) {
    case 'emit':
      await emit(command);
      return undefined;
    case 'counts':
      return counts();
    case 'shutdown': {
      const { flushed, spooled, lost } = await shutdown();
      return { flushed, spooled, lost };
    }
    case 'jump_clock':
      jumpClock(command.byMs);
      return undefined;
  }
}

process.on('message', ({ id, command }: { readonly id: number; readonly command: Command }) => {
  obey(command).then(
    (result) => process.send?.({ id, result }),
    (error) => process.send?.({ id, error: String(error) }),
  );
});
// A test that is gone needs no sender.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send?.({ ready: true });
