import { isMainThread, type MessagePort, workerData } from 'node:worker_threads';

/** What the worker of a transport is started with. */
export interface TransportWorkerData {
  /** Where pino's transports look for their own options and for whether a configuration will follow. */
  readonly workerData: Readonly<Record<string, unknown>> & { readonly pinoWillSendConfig: true };
  readonly observabilityTransport: {
    /** `file:` address of the transport's module. */
    readonly target: string;
    readonly port: MessagePort;
    readonly cells: SharedArrayBuffer;
  };
}

/** What this thread was started with, undefined in every other thread. */
export function readTransportData(): TransportWorkerData | undefined {
  const given: unknown = workerData;
  const isTransport = !isMainThread && typeof given === 'object' && given !== null && 'observabilityTransport' in given;
  return isTransport ? (given as TransportWorkerData) : undefined;
}

/** Batches of finished lines; null asks to finish. */
export type TransportMessage = Uint8Array | null;

/** What worker and program tell each other while either may be blocked. */
export const transportCells = { count: 3, status: 0, batchesTaken: 1, changes: 2 } as const;

/** Values of the status cell. */
export const transportStatus = { starting: 0, ready: 1, ended: 2, failed: 3 } as const;
