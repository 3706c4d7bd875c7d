import { afterEach, describe, expect, it } from 'vitest';
import { installProcessHooks } from './process-hooks.ts';
import type { Outgoing } from './start-parts.ts';

const none = { logs: 0, metrics: 0, traces: 0 };
const nothing = { flushed: none, spooled: none, lost: none };

/** Ways out before which so many records wait. */
function createOutgoing(waiting: number) {
  const asked: string[] = [];
  const outgoing: Outgoing = {
    waiting: () => waiting,
    hasMetrics: false,
    lost: () => none,
    flush: async () => void asked.push('flush'),
    close: async () => nothing,
    closeSync() {
      asked.push('closeSync');
      return nothing;
    },
  };
  return { outgoing, asked };
}

let remove = (): void => undefined;
afterEach(() => remove());

describe('the hooks of a process', () => {
  it.each([0, 3])('leave to the disk what is said while it exits, also where %i records waited before', (waiting) => {
    const { outgoing, asked } = createOutgoing(waiting);
    const before = process.listeners('exit');
    remove = installProcessHooks({ outgoing, shutdown: async () => undefined, budgetMs: 100 });
    const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
    onExit?.call(process, 0);
    expect(asked).toEqual(['closeSync']);
  });

  it('are all gone when they are taken out', () => {
    const events = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'SIGTERM', 'SIGINT', 'SIGHUP'];
    const count = (): number[] => events.map((event) => process.listenerCount(event));
    const before = count();
    const { outgoing } = createOutgoing(0);
    const shutdown = async (): Promise<void> => undefined;
    installProcessHooks({ outgoing, shutdown, budgetMs: 100, onHangup: () => undefined })();
    expect(count()).toEqual(before);
  });
});
