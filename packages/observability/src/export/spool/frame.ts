import { crc32 } from 'node:zlib';
import { type Signal, signals } from '../signal.ts';

// A frame is one batch on disk:
//   0 magic 4 | 4 version 1 | 5 flags 1 | 6 signal 1 | 7 state 1 | 8 content type bytes 2 | 10 reserved 2
//   12 payload bytes 4 | 16 body bytes 4 | 20 records 4 | 24 sequence 8 | 32 spooled at 8 | 40 payload CRC 4 | 44 header CRC 4
//   48 content type | payload
// All numbers are little-endian, sequence and time are doubles. Every later version keeps these 48 bytes where they are,
// so that an older library can skip, and count exactly, what a newer one left behind.

/** What is in front of every frame; a byte outside ASCII, so that no text is full of it. */
export const frameMagic = Buffer.from([0x9e, 0x53, 0x50, 0x4c]);

/** Length of a header without its content type. */
export const fixedHeaderBytes = 48;

/** No content type is longer; a corrupted one must not be believed. */
export const longestContentTypeBytes = 255;

/** Where in a frame the byte stands that says whether the batch was delivered. */
export const stateOffset = 7;

/** Written over the state once a batch is done: in place, because a mark must also fit on a full disk. */
export const doneState = 0xff;

const currentVersion = 1;
const gzipFlag = 1;
const importantFlag = 2;

/** A frame's header, its checksum verified. */
export interface FrameHeader {
  /** Written by a version of this library that we do not know: only its size and records can be believed. */
  readonly isForeign: boolean;
  readonly signal: Signal;
  readonly isImportant: boolean;
  readonly isGzip: boolean;
  readonly isDone: boolean;
  readonly contentType: string;
  readonly headerBytes: number;
  readonly frameBytes: number;
  readonly bodyBytes: number;
  readonly records: number;
  readonly sequence: number;
  readonly spooledAtMs: number;
  readonly payloadChecksum: number;
}

/** A batch ready to be framed. */
export interface FrameContent {
  readonly signal: Signal;
  readonly isImportant: boolean;
  readonly isGzip: boolean;
  readonly contentType: string;
  readonly payload: Uint8Array;
  readonly bodyBytes: number;
  readonly records: number;
  readonly sequence: number;
  readonly spooledAtMs: number;
}

/** Bytes the batch takes on disk. */
export function frameBytesOf(content: Pick<FrameContent, 'contentType' | 'payload'>): number {
  return fixedHeaderBytes + Buffer.byteLength(content.contentType) + content.payload.length;
}

/** @param salt of the segment; a frame copied out of another segment, or made up by whoever wrote the log line, does not verify */
export function encodeFrame(content: FrameContent, salt: number): Buffer {
  const contentType = Buffer.from(content.contentType);
  const frame = Buffer.allocUnsafe(fixedHeaderBytes + contentType.length + content.payload.length);
  frameMagic.copy(frame);
  frame[4] = currentVersion;
  frame[5] = (content.isGzip ? gzipFlag : 0) | (content.isImportant ? importantFlag : 0);
  frame[6] = signals.indexOf(content.signal);
  frame[stateOffset] = 0;
  frame.writeUInt16LE(contentType.length, 8);
  frame.writeUInt16LE(0, 10);
  frame.writeUInt32LE(content.payload.length, 12);
  frame.writeUInt32LE(content.bodyBytes, 16);
  frame.writeUInt32LE(content.records, 20);
  frame.writeDoubleLE(content.sequence, 24);
  frame.writeDoubleLE(content.spooledAtMs, 32);
  frame.writeUInt32LE(crc32(content.payload, salt), 40);
  contentType.copy(frame, fixedHeaderBytes);
  frame.writeUInt32LE(headerChecksum(frame, contentType.length, salt), 44);
  frame.set(content.payload, fixedHeaderBytes + contentType.length);
  return frame;
}

/** The header at the beginning of the bytes, or `undefined` where there is none that verifies. */
export function decodeHeader(bytes: Buffer, salt: number): FrameHeader | undefined {
  if (bytes.length < fixedHeaderBytes || bytes.compare(frameMagic, 0, 4, 0, 4) !== 0) return undefined;
  const contentTypeBytes = bytes.readUInt16LE(8);
  const headerBytes = fixedHeaderBytes + contentTypeBytes;
  if (contentTypeBytes > longestContentTypeBytes || bytes.length < headerBytes) return undefined;
  if (bytes.readUInt32LE(44) !== headerChecksum(bytes, contentTypeBytes, salt)) return undefined;
  const signal = signals[bytes[6] ?? signals.length];
  const sequence = bytes.readDoubleLE(24);
  if (signal === undefined || !Number.isSafeInteger(sequence)) return undefined;
  const flags = bytes[5] ?? 0;
  return {
    isForeign: bytes[4] !== currentVersion,
    signal,
    isImportant: (flags & importantFlag) !== 0,
    isGzip: (flags & gzipFlag) !== 0,
    isDone: saysDone(bytes[stateOffset] ?? 0),
    contentType: bytes.toString('utf8', fixedHeaderBytes, headerBytes),
    headerBytes,
    frameBytes: headerBytes + bytes.readUInt32LE(12),
    bodyBytes: bytes.readUInt32LE(16),
    records: bytes.readUInt32LE(20),
    sequence,
    spooledAtMs: bytes.readDoubleLE(32),
    payloadChecksum: bytes.readUInt32LE(40),
  };
}

/** Whether the payload is the one that was written. */
export function isIntact(header: FrameHeader, payload: Uint8Array, salt: number): boolean {
  return crc32(payload, salt) === header.payloadChecksum;
}

/** The state changes after the checksum was made, so it is left out of it. */
function headerChecksum(frame: Buffer, contentTypeBytes: number, salt: number): number {
  const before = crc32(frame.subarray(0, stateOffset), salt);
  const between = crc32(frame.subarray(stateOffset + 1, 44), before);
  return crc32(frame.subarray(fixedHeaderBytes, fixedHeaderBytes + contentTypeBytes), between);
}

/** The state has no checksum; the majority of its eight equal bits outvotes up to three that flipped. */
function saysDone(state: number): boolean {
  let ones = 0;
  for (let bits = state; bits !== 0; bits >>= 1) ones += bits & 1;
  return ones > 4;
}
