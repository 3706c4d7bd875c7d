/** What the server needs of a health report. The whole object is sent as JSON. */
export interface ServedHealth {
  /** `down` is answered with 503, the others with 200. */
  readonly status: 'ok' | 'degraded' | 'down';
}

/** Asked at each request of `/health`. A rejection is answered as `down`. */
export type ReadHealth = () => ServedHealth | Promise<ServedHealth>;
