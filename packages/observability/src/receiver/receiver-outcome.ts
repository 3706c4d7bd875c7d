/** How a request to the receiver can end, as label values: a closed list, whatever is sent. */
export const receiverOutcomes = [
  /** All points were taken. */
  'accepted',
  /** Some, or none, were. */
  'partial',
  'wrong_host',
  'rate_limited',
  'not_found',
  'signal_not_stored',
  'wrong_method',
  'bad_request',
  'unauthorized',
  'unknown_content_type',
  'unknown_content_encoding',
  'too_large',
  'overloaded',
  'undecodable',
  /** The sender went away before its request was whole. */
  'aborted',
  'failed',
] as const;

export type ReceiverOutcome = (typeof receiverOutcomes)[number];
