import type { SimulatorError } from '../errors.ts';
import type { Exchange } from '../faults/fault.ts';

/** A reply of the simulator itself, which no fault touches. */
export function jsonExchange(status: number, body: unknown): Exchange {
  return {
    reply: { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) },
    delayMs: 0,
    delivery: { kind: 'whole' },
  };
}

export function errorExchange(status: number, error: SimulatorError): Exchange {
  return jsonExchange(status, { code: error.code, detail: error.message });
}
