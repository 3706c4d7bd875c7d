/** Collects the lines of a child's output and lets a test wait, for a bounded time, until one of them says something. */
export interface LineStream {
  readonly lines: readonly string[];
  readonly text: string;
  push(chunk: string): void;
  /** The stream's writer has ended: whoever still waits is told. */
  end(why: string): void;
  /** The first line, past or future, for which `pick` answers something. */
  first<T>(what: string, pick: (line: string) => T | undefined, timeoutMs?: number): Promise<T>;
}

interface Waiter {
  look(line: string): void;
  fail(why: string): void;
}

export function createLineStream(): LineStream {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  let [text, rest, ended] = ['', '', null as string | null];
  const see = (line: string) => {
    lines.push(line);
    for (const waiter of [...waiters]) waiter.look(line);
  };
  return {
    lines,
    get text() {
      return text;
    },
    push(chunk) {
      text += chunk;
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) see(line);
    },
    end(why) {
      if (rest !== '') see(rest);
      rest = '';
      ended = why;
      for (const waiter of [...waiters]) waiter.fail(why);
    },
    first(what, pick, timeoutMs = 15_000) {
      for (const line of lines) {
        const found = pick(line);
        if (found !== undefined) return Promise.resolve(found);
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer);
          waiters.delete(waiter);
        };
        const waiter: Waiter = {
          look(line) {
            const found = pick(line);
            if (found === undefined) return;
            leave();
            resolve(found);
          },
          fail(why) {
            leave();
            reject(new Error(`${what} never came: ${why}\n${lines.slice(-20).join('\n')}`));
          },
        };
        const timer = setTimeout(() => waiter.fail(`waited ${timeoutMs} ms`), timeoutMs);
        waiters.add(waiter);
        if (ended !== null) waiter.fail(ended);
      });
    },
  };
}
