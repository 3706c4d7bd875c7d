/** A wait that ends after a while, or at once when there is news. */
export interface WakeUp {
  /** Ends the present wait; without one, the next wait ends at once, so that no news is lost in between. */
  ring(): void;
  wait(ms: number): Promise<void>;
}

export function createWakeUp(): WakeUp {
  let rung = false;
  let end: (() => void) | null = null;
  return {
    ring() {
      if (end === null) rung = true;
      else end();
    },
    wait(ms) {
      if (rung) {
        rung = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), ms);
        end = () => {
          clearTimeout(timer);
          end = null;
          resolve();
        };
      });
    },
  };
}
