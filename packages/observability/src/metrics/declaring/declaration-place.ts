/** Where in the program a metric was declared. Text is made only when somebody asks, which is on a conflict. */
export type DeclarationPlace = () => string;

const declaringFunctions = /^at (?:async )?(?:\w+\.)?(?:counter|gauge|histogram) /;

// Enough to get past our own functions. With the engine's default of ten a declaration costs three times as much.
const frames = 3;

/** @param callee the function whose caller is meant */
export function captureDeclarationPlace(callee: (...args: never[]) => unknown): DeclarationPlace {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.min(limit, frames);
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  return () => {
    const lines = (holder.stack ?? '').split('\n').map((line) => line.trim());
    const frame = lines.find((line) => line.startsWith('at ') && !declaringFunctions.test(line));
    return frame === undefined ? 'an unknown place' : frame.replace(/^at (?:.*\()?(.*?)\)?$/, '$1');
  };
}
