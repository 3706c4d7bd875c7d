import { describe, expect, it } from 'vitest';
import type { FinishedSpan } from '../tracing/finished-span.ts';
import { startDelivery } from './delivery.ts';
import type { EncodedBatch } from './encoded-batch.ts';
import type { ExportOutcome } from './export-outcome.ts';
import type { ExporterPlan } from './exporter-plan.ts';
import type { DeliveryObserver, DeliverySettings } from './pipeline/delivery-model.ts';
import { createMemorySpool, createTestClock } from './pipeline/pipeline.fixture.ts';
import type { Signal } from './signal.ts';
import type { Spool } from './spool/spool.ts';
import type { Transport } from './transport/transport.ts';

const settings: DeliverySettings = {
  queue: { maxQueueSize: 100, batchSize: 10, delayMs: 1_000, timeoutMs: 5_000 },
  maxQueueBytes: 300_000,
  retry: { firstMs: 500, longestMs: 30_000, failuresToOpen: 3 },
};

function toSpan(name: string, failed = false): FinishedSpan {
  // As much of a span as delivery looks at.
  const span = { name, status: { code: failed ? 2 : 0 }, attributes: {}, events: [], links: [] };
  return span as unknown as FinishedSpan;
}

function encode(signal: Signal, records: readonly unknown[]): EncodedBatch {
  const body = Buffer.from(JSON.stringify(records));
  return { signal, body, contentType: 'text/plain', records: records.length, isImportant: false };
}

/** Receivers by name, and delivery to them. */
/** One spool for each exporter. */
function createSpools() {
  const spools: Record<string, ReturnType<typeof createMemorySpool>> = {};
  const openSpool = async (name: string): Promise<Spool> => {
    const spool = createMemorySpool();
    spools[name] = spool;
    return spool;
  };
  return { spools, openSpool };
}

async function open(
  targets: readonly { name: string; url: string; signals: readonly Signal[] }[],
  openSpool?: (name: string) => Promise<Spool>,
) {
  const time = createTestClock();
  const told: string[] = [];
  const sent: string[] = [];
  const closed: string[] = [];
  const answers: Record<string, ExportOutcome | 'hang'> = {};
  const observer: DeliveryObserver = {
    dropped: (signal, reason, records) => told.push(`dropped ${records} ${signal} ${reason}`),
    exported: (signal, exporter, records) => told.push(`${exporter} took ${records} ${signal}`),
    failed: () => undefined,
    spooledBytes: () => undefined,
    spoolChanged: (exporter, state) => told.push(`spool of ${exporter} ${state}`),
    unavailable: (exporter, signal, error) => told.push(`${exporter} without ${signal}: ${String(error)}`),
    failing: (_trouble, { exporter, signal }) => told.push(`${exporter} failing with ${signal}`),
    recovered: (_trouble, { exporter }) => told.push(`${exporter} recovered`),
  };
  const openTransport: OpenTransport = (name, signal) => async () => {
    if (name === 'missing') throw new Error('no such package');
    return {
      async send(batch: EncodedBatch, abort: AbortSignal): Promise<ExportOutcome> {
        sent.push(`${name} ${signal} ${batch.records}`);
        const answer = answers[name] ?? { kind: 'sent' };
        if (answer !== 'hang') return answer;
        await new Promise((resolve) => abort.addEventListener('abort', resolve));
        return { kind: 'unavailable', reason: 'no answer in time' };
      },
      close: () => void closed.push(`${name} ${signal}`),
    };
  };
  const plans = targets.map((target) => createPlan(target, openTransport));
  const delivery = await startDelivery(plans, settings, {
    clock: time.clock,
    random: () => 0.5,
    observer,
    openReader: () => ({
      async *pieces() {
        yield { resource: { attributes: {} }, scopes: [] };
      },
    }),
    ...(openSpool === undefined ? {} : { openSpool }),
  });
  return { delivery, time, told, sent, closed, answers };
}

type OpenTransport = (name: string, signal: Signal) => () => Promise<Transport>;

function createPlan(
  target: { name: string; url: string; signals: readonly Signal[] },
  openTransport: OpenTransport,
): ExporterPlan {
  const { name, url, signals } = target;
  const has = (signal: Signal): boolean => signals.includes(signal);
  return {
    name,
    url,
    ...(has('traces')
      ? {
          traces: {
            openTransport: openTransport(name, 'traces'),
            encode: (spans) =>
              encode(
                'traces',
                spans.map((span) => span.name),
              ),
          },
        }
      : {}),
    ...(has('logs')
      ? { logs: { openTransport: openTransport(name, 'logs'), encode: (lines) => encode('logs', lines) } }
      : {}),
    ...(has('metrics')
      ? {
          metrics: {
            openTransport: openTransport(name, 'metrics'),
            intervalMs: 10_000,
            temporality: 'cumulative' as const,
            encode: () => [encode('metrics', [1, 2]), encode('metrics', [3])],
          },
        }
      : {}),
  };
}

const down = { kind: 'unavailable', reason: 'ECONNREFUSED' } as const;
const url = 'http://collector:4318/v1/traces';

describe('delivery', () => {
  it('takes every signal to every exporter that wants it', async () => {
    const { delivery, time, sent } = await open([
      { name: 'one', url, signals: ['traces', 'logs'] },
      { name: 'two', url: 'http://elsewhere', signals: ['traces'] },
    ]);
    expect([delivery.carries('traces'), delivery.carries('logs'), delivery.carries('metrics')]).toEqual([
      true,
      true,
      false,
    ]);
    delivery.pushSpan(toSpan('a'));
    delivery.pushLine('{}', false);
    delivery.pushLine('{}', true);
    expect([delivery.waiting('traces'), delivery.waiting('logs')]).toEqual([2, 2]);
    await time.advance(1_100);
    expect(sent.toSorted()).toEqual(['one logs 2', 'one traces 1', 'two traces 1']);
  });

  it('reads metrics at an interval, first after a part of it, and once more at the end', async () => {
    const { delivery, time, sent } = await open([{ name: 'one', url, signals: ['metrics'] }]);
    await time.advance(4_900);
    expect(sent).toEqual([]);
    await time.advance(11_000);
    expect(sent).toEqual(['one metrics 2', 'one metrics 1', 'one metrics 2', 'one metrics 1']);
    expect(await delivery.close(1_000)).toMatchObject({ flushed: { metrics: 3 } });
    await time.advance(60_000);
    expect(sent).toHaveLength(6);
  });

  it('has one breaker for exporters that lead to the same address', async () => {
    const { delivery, time, told, sent, answers } = await open([
      { name: 'one', url, signals: ['traces'] },
      { name: 'two', url: 'http://collector:4318/v1/logs', signals: ['logs'] },
    ]);
    answers['one'] = down;
    for (let count = 0; count < 10; count += 1) delivery.pushSpan(toSpan('a'));
    await time.advance(1_200);
    expect(told).toEqual(['one failing with traces']);
    sent.length = 0;
    for (let count = 0; count < 10; count += 1) delivery.pushLine('{}', false);
    await time.advance(100);
    expect(sent).toEqual([]);
    await time.advance(5_000);
    expect(told).toContain('two took 10 logs');
    answers['one'] = { kind: 'sent' };
    await time.advance(30_000);
    expect(told).toContain('one took 10 traces');
    expect(told.filter((line) => line.endsWith('recovered'))).toEqual(['one recovered']);
  });

  it('goes on without a signal whose transport cannot be opened, and says so', async () => {
    const { delivery, time, told } = await open([
      { name: 'missing', url, signals: ['traces'] },
      { name: 'one', url, signals: ['traces'] },
    ]);
    delivery.pushSpan(toSpan('a'));
    await time.advance(1_100);
    expect(told).toEqual(['missing without traces: Error: no such package', 'one took 1 traces']);
  });

  it('works from memory where the spool cannot be opened', async () => {
    const { delivery, told, answers } = await open([{ name: 'one', url, signals: ['traces', 'logs'] }], () =>
      Promise.reject(new Error('no disk')),
    );
    answers['one'] = down;
    delivery.pushSpan(toSpan('a'));
    expect(await delivery.close(1_000)).toEqual({
      flushed: { logs: 0, metrics: 0, traces: 0 },
      spooled: { logs: 0, metrics: 0, traces: 0 },
      lost: { logs: 0, metrics: 0, traces: 1 },
    });
    expect(told).toContain('spool of one failing');
    expect(told).toContain('dropped 1 traces shutdown');
  });

  it('says what became of everything, over all exporters', async () => {
    const { openSpool } = createSpools();
    const { delivery, answers, closed } = await open(
      [
        { name: 'one', url, signals: ['traces', 'logs'] },
        { name: 'two', url: 'http://elsewhere', signals: ['traces'] },
      ],
      openSpool,
    );
    answers['two'] = down;
    for (let count = 0; count < 25; count += 1) delivery.pushSpan(toSpan('a'));
    delivery.pushLine('{}', false);
    const report = await delivery.close(1_000);
    expect(report).toMatchObject({ flushed: { traces: 25, logs: 1 }, spooled: { traces: 25 }, lost: { traces: 0 } });
    expect(delivery.close(1_000)).toBe(delivery.close(1_000));
    expect(closed).toEqual(['one traces', 'one logs', 'two traces']);
    delivery.pushSpan(toSpan('late'));
    delivery.pushLine('late', false);
    expect(delivery.lost()).toEqual({ logs: 0, metrics: 0, traces: 2 });
  });

  it('ends within its budget when backends are silent and the disk hangs, opening and closing included', async () => {
    const spool = createMemorySpool();
    spool.state = 'hangs';
    const hanging: Spool = { ...spool, write: spool.write, close: () => new Promise(() => undefined) };
    const { delivery, time, answers } = await open([{ name: 'one', url, signals: ['traces', 'logs', 'metrics'] }], () =>
      Promise.resolve(hanging),
    );
    answers['one'] = 'hang';
    for (let count = 0; count < 25; count += 1) delivery.pushSpan(toSpan('a', true));
    delivery.pushLine('{}', false);
    let report: unknown;
    void delivery.close(2_000).then((done) => (report = done));
    await time.advance(1_999);
    await time.advance(2);
    expect(report).toMatchObject({ lost: { traces: 25, logs: 1, metrics: 3 }, flushed: { traces: 0 } });
  });

  it('moves everything to the disk where there is no other turn, the first exporter not at the cost of the second', async () => {
    const { spools, openSpool } = createSpools();
    const { delivery } = await open(
      [
        { name: 'one', url, signals: ['traces'] },
        { name: 'two', url: 'http://elsewhere', signals: ['traces', 'logs'] },
      ],
      openSpool,
    );
    for (let count = 0; count < 25; count += 1) delivery.pushSpan(toSpan('a'));
    delivery.pushLine('{}', false);
    expect(delivery.closeSync(1_000).lost).toEqual({ logs: 0, metrics: 0, traces: 0 });
    expect(spools['one']?.waiting()).toBe(25);
    expect(spools['two']?.waiting()).toBe(26);
  });
});
