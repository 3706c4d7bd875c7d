/**
 * Where a function of ours was called from, e.g. `file:///app/main.ts:3:7`.
 *
 * @param callee the function whose caller is meant; it and everything above it is left out of the stack
 */
export function callerLocation(callee: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  const frame = holder.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return frame === undefined ? 'unknown place' : frame.trim().replace(/^at (?:.*\()?(.*?)\)?$/, '$1');
}
