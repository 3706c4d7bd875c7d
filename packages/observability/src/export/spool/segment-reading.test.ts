import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame, type FrameContent, fixedHeaderBytes } from './frame.ts';
import { readSegment, type SegmentContent } from './segment-reading.ts';
import { createFolder, removeFolder } from './spool-test.fixture.ts';

const salt = 0xdead_beef;

function frame(sequence: number, content: Partial<FrameContent> = {}): Buffer {
  const payload = Buffer.from(`payload ${sequence} `.repeat(20));
  const part = { signal: 'logs', isImportant: false, isGzip: false, contentType: 'text/x', records: 7 } as const;
  return encodeFrame({ ...part, payload, bodyBytes: payload.length, sequence, spooledAtMs: 1, ...content }, salt);
}

/** A frame that a later version wrote: the same header, something else after it. */
function foreignFrame(sequence: number): Buffer {
  const bytes = frame(sequence);
  bytes[4] = 2;
  const before = crc32(bytes.subarray(0, 7), salt);
  const between = crc32(bytes.subarray(8, 44), before);
  bytes.writeUInt32LE(crc32(bytes.subarray(fixedHeaderBytes, fixedHeaderBytes + 6), between), 44);
  return bytes;
}

describe('reading a segment', () => {
  let folder = '';
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    removeFolder(folder);
  });

  const read = async (...parts: readonly Uint8Array[]): Promise<SegmentContent> => {
    const path = join(folder, 'segment');
    const bytes = Buffer.concat(parts);
    writeFileSync(path, bytes);
    const handle = await open(path);
    try {
      return await readSegment(handle, bytes.length, salt);
    } finally {
      await handle.close();
    }
  };
  const found = async (...parts: readonly Uint8Array[]) => {
    const { frames, damages } = await read(...parts);
    return { sequences: frames.map(({ header }) => header.sequence), lost: damages.map(({ records }) => records) };
  };
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 0x10;
    return copy;
  };

  it('finds every frame of an intact file, and nothing in an empty one', async () => {
    const frames = Array.from({ length: 500 }, (_, index) => frame(index + 1));
    expect((await found(...frames)).sequences).toEqual(frames.map((_, index) => index + 1));
    expect(await found()).toEqual({ sequences: [], lost: [] });
  });

  it('goes on behind garbage, zeros and text that looks like the beginning of a frame', async () => {
    const zeros = Buffer.alloc(200_000);
    const bait = Buffer.alloc(90_000, Buffer.from([0x9e, 0x53, 0x50, 0x4c]));
    expect(await found(bait, frame(1), zeros, frame(2), Buffer.from('tail'))).toEqual({
      sequences: [1, 2],
      lost: [1, 1, 1],
    });
    expect(await found(zeros)).toEqual({ sequences: [], lost: [1] });
  });

  it.each([...Array.from({ length: fixedHeaderBytes }, (_, index) => index)].filter((index) => index !== 7))(
    'loses one frame when byte %i of its header changes, and believes no length in it',
    async (at) => {
      expect(await found(frame(1), flipped(frame(2), at), frame(3))).toEqual({ sequences: [1, 3], lost: [1] });
    },
  );

  it('keeps a batch done or not done when bits of its state flip', async () => {
    const done = frame(1);
    done[7] = 0xff;
    for (const mask of [0b1, 0b101, 0b1000_0101]) {
      const damaged = Buffer.from(done);
      damaged[7] = 0xff ^ mask;
      const open_ = frame(2);
      open_[7] = mask;
      const { frames } = await read(damaged, open_);
      expect(frames.map(({ header }) => header.isDone)).toEqual([true, false]);
    }
  });

  it('counts exactly what is in a frame that was cut off', async () => {
    const cut = frame(2);
    for (const length of [fixedHeaderBytes + 6, cut.length - 1]) {
      expect(await found(frame(1), cut.subarray(0, length))).toEqual({ sequences: [1], lost: [7] });
    }
    expect(await found(frame(1), cut.subarray(0, fixedHeaderBytes - 1))).toEqual({ sequences: [1], lost: [1] });
  });

  it('finds the next frame where bytes of the one before are missing', async () => {
    const short = frame(2);
    expect(await found(frame(1), short.subarray(0, 100), short.subarray(120), frame(3), frame(4))).toEqual({
      sequences: [1, 3, 4],
      lost: [7],
    });
  });

  it('skips what a later version wrote, and counts it', async () => {
    expect(await found(frame(1), foreignFrame(2), frame(3))).toEqual({ sequences: [1, 3], lost: [7] });
  });

  it('believes no frame of another segment, and none a second time', async () => {
    const inside = frame(9, { payload: Buffer.from('made up') });
    const other = encodeFrame(
      {
        signal: 'logs',
        isImportant: false,
        isGzip: false,
        contentType: 'a',
        payload: Buffer.from('x'),
        bodyBytes: 1,
        records: 1,
        sequence: 8,
        spooledAtMs: 1,
      },
      salt + 1,
    );
    expect((await found(frame(1), other, inside, inside, frame(10))).sequences).toEqual([1, 9, 10]);
  });
});
