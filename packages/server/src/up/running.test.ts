import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startParts } from './running.ts';

let recorder: Recorder;

beforeEach(() => {
  recorder = createRecorder();
});

afterEach(() => recorder.close());

describe('parts', () => {
  it('are closed in the opposite order, once', async () => {
    const closed: string[] = [];
    const running = await startParts(1_000, async (opened) => {
      for (const part of ['a', 'b', 'c']) opened.add(part, async () => closed.push(part));
      return { api: 'http://127.0.0.1:1' };
    });
    await Promise.all([running.close(), running.close()]);
    expect(closed).toEqual(['c', 'b', 'a']);
  });

  it('that were opened are closed when the next fails, and its error comes out', async () => {
    const closed: string[] = [];
    const started = startParts(1_000, async (opened) => {
      opened.add('a', async () => closed.push('a'));
      throw new Error('b cannot start');
    });
    await expect(started).rejects.toThrow('b cannot start');
    expect(closed).toEqual(['a']);
  });

  it('that hang or fail to close do not keep the others open', async () => {
    const closed: string[] = [];
    const running = await startParts(30, async (opened) => {
      opened.add('first', async () => closed.push('first'));
      opened.add('failing', () => Promise.reject(new Error('stuck file')));
      opened.add('hanging', () => new Promise(() => {}));
      return {};
    });
    await running.close();
    expect(closed).toEqual(['first']);
    expect(recorder.line('shutdown_part_not_ended', { part: 'hanging' })).toBeDefined();
    expect(recorder.line('shutdown_part_failed', { part: 'failing' })).toMatchObject({ cause: 'stuck file' });
  });
});
