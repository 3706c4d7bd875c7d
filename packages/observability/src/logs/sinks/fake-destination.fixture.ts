import { codedError, type DestinationEvents, type LineDestination } from './line-destination.ts';

/** A pipe that takes `room` bytes altogether, and fails when told to. */
export interface FakePipe extends LineDestination {
  text: string;
  room: number;
  error: string | undefined;
  writes: number;
  /** Called at each pause of a writer that blocks, which a real reader would use to read. */
  onPause: () => void;
  events: DestinationEvents | undefined;
}

export function createFakePipe(): FakePipe {
  const pipe: FakePipe = {
    text: '',
    room: Number.POSITIVE_INFINITY,
    error: undefined,
    writes: 0,
    onPause: () => undefined,
    events: undefined,
    write(bytes) {
      pipe.writes += 1;
      if (pipe.error !== undefined) throw codedError(pipe.error, 'told to fail');
      const taken = Math.min(pipe.room, bytes.length);
      if (taken === 0) throw codedError('EAGAIN', 'full');
      // One character per byte, so that a half character shows nowhere.
      pipe.text += bytes.subarray(0, taken).toString('latin1');
      pipe.room -= taken;
      return taken;
    },
    lossAfter: (code) => (code === 'EPIPE' ? 'pipe_closed' : undefined),
    pause: () => pipe.onPause(),
  };
  return pipe;
}

/** What has arrived, as text. */
export function arrivedText(pipe: FakePipe): string {
  return Buffer.from(pipe.text, 'latin1').toString();
}
