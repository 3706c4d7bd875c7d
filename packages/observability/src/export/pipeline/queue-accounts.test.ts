import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Answer, createMemorySpool, openTestQueue } from './pipeline.fixture.ts';

type Step =
  | { readonly kind: 'push'; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'disk'; readonly state: 'works' | 'refuses' | 'hangs' }
  | { readonly kind: 'flush' };

const answers: readonly Answer[] = [
  { kind: 'sent' },
  { kind: 'sent', rejected: 1 },
  { kind: 'unavailable', reason: 'x' },
  { kind: 'unavailable', reason: 'x', retryAfterMs: 3_000 },
  { kind: 'refused', reason: 'x' },
  { kind: 'too_large', reason: 'x' },
  'hang',
  'throw',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 8_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), answer: fc.constantFrom(...answers) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      state: fc.constantFrom('works' as const, 'refuses' as const, 'hangs' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
);

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, each) => all + each, 0);

it('accounts for every record, whatever happens: accepted = exported + spooled + dropped + waiting', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.boolean(),
      fc.constantFrom('close', 'closeSync'),
      fc.integer({ min: 0, max: 99 }),
      async (steps, hasSpool, ending, seed) => {
        const spool = createMemorySpool();
        const { queue, receiver, time, push, counted } = openTestQueue({
          spool: hasSpool ? spool : undefined,
          random: () => seed / 100,
          limits: { maxBytes: 8_000 },
        });
        let accepted = 0;
        const accounted = (): number => counted.exported + spool.waiting() + sum(counted.dropped) + queue.waiting();
        for (const action of steps) {
          if (action.kind === 'push') {
            push(action.count);
            accepted += action.count;
          } else if (action.kind === 'wait') await time.advance(action.ms);
          else if (action.kind === 'answer') receiver.answer = action.answer;
          else if (action.kind === 'disk') spool.state = action.state;
          else {
            const flushed = queue.flush(500);
            await time.advance(1_000);
            await flushed;
          }
          // What is handed over in this moment would count on both sides.
          await time.advance(0);
          expect(accounted()).toBe(accepted);
          expect(queue.waitingBytes()).toBeLessThanOrEqual(8_000);
          expect(receiver.mostAtOnce).toBeLessThanOrEqual(1);
        }
        if (ending === 'closeSync') queue.closeSync(1_000);
        else {
          const closing = queue.close({ flushMs: 1_000, endMs: 1_600 });
          await time.advance(2_000);
          await closing;
        }
        expect(queue.waiting()).toBe(0);
        expect(accounted()).toBe(accepted);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
