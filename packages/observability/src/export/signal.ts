/** The kinds of telemetry, as label values. */
export const signals = ['logs', 'metrics', 'traces'] as const;

/** A kind of telemetry. */
export type Signal = (typeof signals)[number];
