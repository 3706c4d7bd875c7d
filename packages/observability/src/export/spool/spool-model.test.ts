import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Signal, signals } from '../signal.ts';
import {
  createFolder,
  drain,
  endedProcess,
  type OpenedSpool,
  openSpool,
  removeFolder,
  segmentFiles,
  toBatch,
} from './spool-test.fixture.ts';

type Step =
  | {
      readonly kind: 'write';
      readonly sync: boolean;
      readonly signal: Signal;
      readonly isImportant: boolean;
      readonly size: number;
    }
  | { readonly kind: 'deliver' | 'peek'; readonly signal: Signal }
  | { readonly kind: 'restart' | 'crash' }
  | { readonly kind: 'damage'; readonly how: (typeof damages)[number]; readonly file: number; readonly at: number };

const damages = ['flip', 'zero', 'truncate', 'insert', 'remove', 'garbage', 'empty'] as const;
const signal = fc.constantFrom(...signals);
const write = fc.record({
  kind: fc.constant('write' as const),
  sync: fc.boolean(),
  signal,
  isImportant: fc.boolean(),
  size: fc.integer({ min: 0, max: 3_000 }),
});
const deliver = fc.record({ kind: fc.constantFrom('deliver' as const, 'peek' as const), signal });
const end = fc.record({ kind: fc.constantFrom('restart' as const, 'crash' as const) });
const damage = fc.record({
  kind: fc.constant('damage' as const),
  how: fc.constantFrom(...damages),
  file: fc.nat(20),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
});

describe('a disk spool, whatever happens to it', () => {
  it('delivers each batch once or counts it, over restarts and crashes', async () => {
    const steps = fc.array(fc.oneof({ weight: 5, arbitrary: write }, { weight: 3, arbitrary: deliver }, end), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const world = await play(list, 6_000);
        const { accepted, delivered, lost } = world;
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.length + lost).toBe(accepted.size);
        expect(delivered.every((text) => accepted.has(text))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('reads what is left of damaged files, invents nothing, and counts what is missing', async () => {
    const steps = fc.array(
      fc.oneof({ weight: 6, arbitrary: write }, { weight: 2, arbitrary: deliver }, end, {
        weight: 2,
        arbitrary: damage,
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const { accepted, delivered, lost, lostLater, emptied } = await play(list, 1_048_576);
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.every((text) => accepted.has(text))).toBe(true);
        if (delivered.length < accepted.size && !emptied) expect(lost).toBeGreaterThan(0);
        expect(lostLater).toBe(0);
      }),
      { numRuns: 120 },
    );
  });
});

interface World {
  /** Texts that the spool took. */
  readonly accepted: ReadonlySet<string>;
  readonly delivered: readonly string[];
  readonly lost: number;
  /** Told when the same files were opened once more. */
  readonly lostLater: number;
  /** A file was cut to nothing, or before the end of a frame: nothing tells what was behind. */
  readonly emptied: boolean;
}

async function play(steps: readonly Step[], maxBytes: number): Promise<World> {
  const folder = createFolder();
  const opened: OpenedSpool[] = [];
  const accepted = new Set<string>();
  const delivered: string[] = [];
  let emptied = false;
  const open = async (): Promise<OpenedSpool> => {
    const one = await openSpool(folder, { maxBytes, identity: endedProcess(opened.length) });
    opened.push(one);
    return one;
  };
  try {
    let current = await open();
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'write') {
        const text = `${index} ${String(index * 7_919).repeat(1 + step.size / 4)}`.slice(0, step.size + 4);
        const batch = toBatch(text, step);
        const outcome = step.sync ? current.spool.writeSync(batch) : await current.spool.write(batch);
        if (outcome.kind === 'written') accepted.add(text);
      } else if (step.kind === 'deliver' || step.kind === 'peek') {
        const next = await current.spool.next(step.signal);
        if (next !== undefined && step.kind === 'deliver') {
          delivered.push(Buffer.from(next.batch.body).toString());
          await next.done();
        }
      } else {
        if (step.kind !== 'crash') await current.spool.close();
        if (step.kind === 'damage') emptied = applyDamage(folder, step) || emptied;
        current = await open();
      }
    }
    for (const one of signals) delivered.push(...(await drain(current.spool, one)));
    expect(signals.map((one) => current.spool.waiting(one))).toEqual([0, 0, 0]);
    // What a process evicted while it was sending it, it counts when it knows that it was not sent: at the latest here.
    for (const { spool } of opened) await spool.close();
    const lost = countLost(opened);
    const again = await open();
    for (const one of signals) expect(await drain(again.spool, one)).toEqual([]);
    return { accepted, delivered, lost, lostLater: countLost(opened) - lost, emptied };
  } finally {
    for (const { spool } of opened) await spool.close();
    removeFolder(folder);
  }
}

function countLost(opened: readonly OpenedSpool[]): number {
  return opened.flatMap(({ told }) => told.lost).reduce((sum, { records }) => sum + records, 0);
}

/** Whether the damage may leave no trace: a file that ends between two frames looks like one that was never longer. */
function applyDamage(folder: string, { how, file, at }: Extract<Step, { kind: 'damage' }>): boolean {
  const files = segmentFiles(folder);
  const path = files[file % Math.max(1, files.length)];
  if (path === undefined) return false;
  const bytes = readFileSync(path);
  const offset = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, offset);
  if (how === 'flip') bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
  if (how === 'zero') bytes.fill(0, offset, Math.min(bytes.length, offset + 700));
  const parts: Readonly<Record<typeof how, readonly Uint8Array[]>> = {
    flip: [bytes],
    zero: [bytes],
    truncate: [before],
    insert: [before, Buffer.from('inserted \x9eSPL garbage'), bytes.subarray(offset)],
    remove: [before, bytes.subarray(offset + 33)],
    garbage: [Buffer.alloc(bytes.length, '\x9eSPL', 'latin1')],
    empty: [],
  };
  writeFileSync(path, Buffer.concat(parts[how]));
  return how === 'truncate' || how === 'empty' || how === 'remove';
}
