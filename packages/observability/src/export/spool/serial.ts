/** Runs tasks one after the other, in the order they came. */
export interface Serial {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** One task that fails does not stop the next. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const result = last.then(task);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
