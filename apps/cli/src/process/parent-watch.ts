const lookEveryMs = 200;

/**
 * Tells when the process that started this one is gone. npm hands SIGTERM to the shell between itself and the command;
 * that shell dies of it and tells nobody, so without this `kill` of `npm start` would leave everything running.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, lookEveryMs);
  timer.unref();
}
