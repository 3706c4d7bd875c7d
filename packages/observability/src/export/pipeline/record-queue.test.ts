import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordQueue } from './record-queue.ts';

const push = (queue: RecordQueue<number>, record: number, isImportant = false): void =>
  queue.push(record, { bytes: 10, count: 1, isImportant });
const recordsOf = (taken: readonly { readonly record: number }[]): number[] => taken.map(({ record }) => record);

describe('a queue of records', () => {
  it('gives them in the order in which they came, whatever their importance', () => {
    const queue = new RecordQueue<number>();
    for (let record = 0; record < 6; record += 1) push(queue, record, record % 2 === 0);
    expect(recordsOf(queue.take(4, 1_000))).toEqual([0, 1, 2, 3]);
    expect(queue).toMatchObject({ length: 2, count: 2, bytes: 20 });
  });

  it('gives one at least, and no more bytes than asked for', () => {
    const queue = new RecordQueue<number>();
    for (let record = 0; record < 3; record += 1) push(queue, record);
    expect(recordsOf(queue.take(10, 5))).toEqual([0]);
    expect(recordsOf(queue.take(10, 20))).toEqual([1, 2]);
    expect(queue.take(10, 20)).toEqual([]);
  });

  it('gives up the oldest that is not important, then the oldest important one', () => {
    const queue = new RecordQueue<number>();
    push(queue, 0, true);
    push(queue, 1);
    push(queue, 2, true);
    push(queue, 3);
    const given = [1, 2, 3, 4, 5].map(() => queue.giveUpOne()?.record);
    expect(given).toEqual([1, 3, 0, 2, undefined]);
    expect(queue).toMatchObject({ length: 0, count: 0, bytes: 0 });
  });

  it('keeps order and sums through any taking, putting back and giving up', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 2_000 }) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 2_000 }), back: fc.boolean() }),
      fc.constant({ kind: 'give_up' as const }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const queue = new RecordQueue<number>();
        let model: number[] = [];
        let next = 0;
        for (const step of actions) {
          if (step.kind === 'push') {
            for (let pushed = 0; pushed < step.count; pushed += 1) {
              push(queue, next, next % 3 === 0);
              model.push(next);
              next += 1;
            }
          } else if (step.kind === 'take') {
            const taken = queue.take(step.count, Number.POSITIVE_INFINITY);
            expect(recordsOf(taken)).toEqual(model.slice(0, step.count));
            if (step.back) queue.putBack(taken);
            else model = model.slice(step.count);
          } else {
            const given = queue.giveUpOne()?.record;
            const expected = model.find((record) => record % 3 !== 0) ?? model[0];
            expect(given).toBe(expected);
            model = model.filter((record) => record !== expected);
          }
          expect(queue).toMatchObject({ length: model.length, count: model.length, bytes: model.length * 10 });
        }
        expect(recordsOf(queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY))).toEqual(model);
      }),
      { numRuns: 100 },
    );
  });
});
