/** The trace id's last 52 random bits as a number from 0 to 1, by which all who sample keep the same traces. */
export function traceFraction(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52;
}
