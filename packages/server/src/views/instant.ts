/** RFC 3339 in UTC. A time that no calendar has (a source can send any number) becomes the epoch's nearest end instead of an exception. */
export function toInstant(epochMs: number): string {
  const furthestMs = 8.64e15;
  return new Date(Math.min(furthestMs, Math.max(-furthestMs, Number.isFinite(epochMs) ? epochMs : 0))).toISOString();
}

/** Seconds with milliseconds; a clock that went backwards gives 0 and not a negative age. */
export function toAgeSeconds(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round(toMs - fromMs)) / 1000;
}
