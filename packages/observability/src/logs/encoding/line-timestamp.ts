// What a Date can say: https://tc39.es/ecma262/#sec-time-values-and-time-range
const latestMs = 8.64e15;

/**
 * Builds the function that writes a time as ISO 8601, with `opening` before it. Lines come many to a millisecond and always many to a second:
 * keeping both texts makes it 6 or 30 ns instead of the 460 ns of `Date.prototype.toISOString`.
 */
export function createTimestamps(opening: string): (timeMs: number) => string {
  let lastMs = Number.NaN;
  let lastSecond = Number.NaN;
  let upToSecond = '';
  let text = '';
  return (givenMs) => {
    if (givenMs === lastMs) return text;
    // A clock that says nonsense must not cost the line.
    const timeMs = Math.abs(givenMs) <= latestMs ? Math.floor(givenMs) : 0;
    const second = Math.floor(timeMs / 1_000);
    if (second !== lastSecond) {
      upToSecond = opening + new Date(second * 1_000).toISOString().slice(0, -4);
      lastSecond = second;
    }
    const milliseconds = timeMs - second * 1_000;
    lastMs = givenMs;
    text = `${upToSecond}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`;
    return text;
  };
}
