import { openSync } from 'node:fs';
import { getLogger, initObservability, type Observability, traceOperation } from '@autotrader/observability';
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import winston from 'winston';

export const event = 'order_taken';

/** Four fields as a service logs them. */
export function fieldsOf(index: number) {
  return { order: `A-${index}`, items: 3, total: 129.95, customer: 'c_81723' };
}

/** A logger as somebody sets it up, writing the event and its four fields. */
export interface LineLogger {
  readonly name: string;
  readonly write: (index: number) => void;
}

/** Ours with everything on; repeats are let through, because holding them back would be less work. */
export function startOurs(): Promise<Observability> {
  return initObservability({
    env: {},
    overrides: {
      service_name: 'bench',
      logging: { format: 'json', throttling: { enabled: false } },
      tracing: { sampling: { strategy: 'always_on' } },
    },
  });
}

export function insideSpan(run: () => void): void {
  traceOperation('bench.batch', {}, run);
}

/** What each writes goes to the standard output of the process, or a file as quick. */
export function createLoggers(): LineLogger[] {
  const log = getLogger('bench.orders');
  const plain = pino();
  const buffered = pino(pino.destination({ dest: openSync('/dev/null', 'w'), minLength: 4_096, sync: true }));
  const equipped = pino({
    mixin() {
      const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
      return { trace_id: traceId, span_id: spanId };
    },
    redact: ['password', 'token', '*.password', '*.token', 'headers.authorization'],
  });
  const other = winston.createLogger({
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream: process.stdout })],
  });
  return [
    { name: 'ours', write: (index) => log.info(event, fieldsOf(index)) },
    { name: 'pino', write: (index) => plain.info(fieldsOf(index), event) },
    { name: 'pino, buffered', write: (index) => buffered.info(fieldsOf(index), event) },
    { name: 'pino, ids and redaction', write: (index) => equipped.info(fieldsOf(index), event) },
    { name: 'winston', write: (index) => other.info(event, fieldsOf(index)) },
  ];
}
