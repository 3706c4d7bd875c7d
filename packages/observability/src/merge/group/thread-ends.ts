import type { Worker } from 'node:worker_threads';

type OnEnd = (threadId: number) => void;

const listeners = new Set<OnEnd>();
let isNoticing = false;

/** From here on the ends of threads that this one starts are noticed. Nothing of a thread is touched. */
export function noticeThreads(): void {
  if (isNoticing) return;
  isNoticing = true;
  process.on('worker', (worker: Worker) => {
    // Afterwards it is -1.
    const { threadId } = worker;
    worker.once('exit', () => {
      for (const onEnd of listeners) onEnd(threadId);
    });
  });
}

export function followThreads(onEnd: OnEnd): void {
  noticeThreads();
  listeners.add(onEnd);
}
