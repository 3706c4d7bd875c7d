import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logLevels } from './level.ts';
import type { LogRecord } from './log-record.ts';
import { createLogSampler } from './sampling.ts';

const traceId = fc.stringMatching(/^[0-9a-f]{32}$/);
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const level = fc.constantFrom(...logLevels);

function record(ofLevel: LogRecord['level']): LogRecord {
  return { level: ofLevel, logger: 'a', event: 'it_happened', bound: undefined, fields: undefined };
}

it('decides alike for all lines of a trace, in any process and order', () => {
  fc.assert(
    fc.property(
      traceId,
      rate,
      fc.array(fc.constantFrom('DEBUG' as const, 'INFO' as const), { minLength: 2 }),
      (id, share, all) => {
        const ids = { traceId: id, spanId: '0'.repeat(16) };
        const verdicts = all.map((one) =>
          createLogSampler({ enabled: true, rate: share }, Math.random)(record(one), ids),
        );
        expect(new Set(verdicts).size).toBe(1);
      },
    ),
  );
});

it('keeps WARNING and above at any rate, and everything while it is off', () => {
  fc.assert(
    fc.property(level, rate, rate, fc.option(traceId), (one, share, drawn, id) => {
      const ids = id === null ? undefined : { traceId: id, spanId: '0'.repeat(16) };
      const keeps = createLogSampler({ enabled: true, rate: share }, () => drawn);
      if (one !== 'DEBUG' && one !== 'INFO') expect(keeps(record(one), ids)).toBe(true);
      expect(createLogSampler({ enabled: false, rate: share }, () => drawn)(record(one), ids)).toBe(true);
    }),
  );
});

it('a trace kept at one rate is kept at every higher one', () => {
  fc.assert(
    fc.property(traceId, rate, rate, (id, one, other) => {
      const ids = { traceId: id, spanId: '0'.repeat(16) };
      const kept = (share: number) => createLogSampler({ enabled: true, rate: share }, () => 0)(record('INFO'), ids);
      if (kept(Math.min(one, other))) expect(kept(Math.max(one, other))).toBe(true);
    }),
  );
});

it('a rate that is no number keeps everything', () => {
  expect(createLogSampler({ enabled: true, rate: Number.NaN }, () => 0.5)(record('DEBUG'), undefined)).toBe(true);
});
