import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createMergedMetrics } from '../merge/merged-metrics.ts';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import { pointOf, post, resourceOf, startTestReceiver, sumOf } from './receiver.fixture.ts';

const senders = 50;
const seriesEach = 2_000;
const rounds = 2;

/** What one process says in its nth export; 20 counters of 100 series. */
function exportOf(sender: number, round: number): Buffer {
  const metrics = Array.from({ length: 20 }, (_, metric) => {
    const points = Array.from({ length: seriesEach / 20 }, (_, series) =>
      pointOf(round, { route: `/shop/${series}/items`, sender: `s${sender}` }),
    );
    return sumOf(`done_${metric}`, points);
  });
  return gzipSync(encodeMetricsRequest([resourceOf(`process ${sender}`, ...metrics)], 'protobuf'), { level: 1 });
}

test('50 processes with 100 000 series send at once, are scraped meanwhile, and no total is wrong', {
  timeout: 120_000,
}, async () => {
  const settings = { rules: {}, instance: 'each', expiryMs: 3_600_000, maxSeries: 200_000, maxSources: 100 } as const;
  const merge = createMergedMetrics(settings);
  const receiver = await startTestReceiver({ merge, limits: { maxBodyBytes: 64 * 1024 * 1024 } });
  const scrape = async () => {
    let total = 0;
    let turns = 0;
    let isRunning = true;
    const count = () => {
      turns += 1;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    for await (const chunk of merge.renderBytes({ format: 'text' })) {
      for (const [, value] of Buffer.from(chunk)
        .toString()
        .matchAll(/^done_\d+_total\{.*\} (\d+)$/gm)) {
        total += Number(value);
      }
    }
    isRunning = false;
    return { total, turns };
  };
  let before = 0;
  for (let round = 1; round <= rounds; round++) {
    const sending = Promise.all(
      Array.from({ length: senders }, (_, sender) =>
        post(receiver.url, 'protobuf', exportOf(sender, round), { 'content-encoding': 'gzip' }),
      ),
    );
    const during = await scrape();
    expect(during.total).toBeGreaterThanOrEqual(before);
    expect(new Set((await sending).map(({ status }) => status))).toEqual(new Set([200]));
    const after = await scrape();
    expect(after.total).toBe(senders * seriesEach * round);
    // Written in slices of a millisecond: on the fastest machine it is some dozen.
    expect(after.turns).toBeGreaterThan(10);
    before = after.total;
  }
  expect(merge.size()).toMatchObject({ series: senders * seriesEach, sources: senders });
  await receiver.close(0);
});
