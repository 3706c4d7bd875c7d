import type { CallHandler, ExecutionContext, LoggerService, NestInterceptor } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { type Observable, tap } from 'rxjs';
import type { Logger } from '../logs/logger.ts';
import { type PinoLogMethod, toPinoLogger } from '../logs/pino/pino-logger.ts';
import { type ObservableExpress, observeExpress } from './express.ts';
import { observeFastify } from './fastify.ts';
import { exchangeOf } from './http-node.ts';

/** What to leave alone. */
export interface ObserveNestOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
}

/** An application of NestJS 10 or later on Express or Fastify, as far as this integration needs it. */
export interface ObservableNest {
  getHttpAdapter(): { getType(): string; getInstance(): unknown };
  useGlobalInterceptors(...interceptors: NestInterceptor[]): unknown;
}

/**
 * Observes every request of a NestJS application, whichever platform it runs on: metrics `api_*` by the pattern of the
 * controller's route, a server span whose parent is the caller's `traceparent`, one log line `api_request_completed`, and
 * `x-trace-id` and `x-request-id` on every response. Guards, pipes, interceptors and handlers run inside the span. Exceptions go
 * to the application's filters as they do without it. Call it right after `NestFactory.create`.
 *
 * @returns the application
 */
export function observeNest<A extends ObservableNest>(app: A, options: ObserveNestOptions = {}): A {
  const adapter = app.getHttpAdapter();
  const platform = adapter.getInstance();
  if (adapter.getType() === 'fastify') observeFastify(platform as FastifyInstance, options);
  else observeExpress(platform as ObservableExpress, options);
  app.useGlobalInterceptors(errorListener);
  return app;
}

/** Nest answers exceptions itself, so that the platform never sees them. */
const errorListener: NestInterceptor = {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handled = next.handle();
    if (context.getType() !== 'http') return handled;
    const request: unknown = context.switchToHttp().getRequest();
    const exchange = exchangeOf(rawOf(request));
    return exchange === undefined ? handled : handled.pipe(tap({ error: (error: unknown) => exchange.failed(error) }));
  },
};

/** Fastify wraps the request of node:http, Express is one. */
function rawOf(request: unknown): object {
  const { raw } = request as { readonly raw?: unknown };
  return typeof raw === 'object' && raw !== null ? raw : (request as object);
}

/**
 * A logger for NestJS whose lines are ours, inside a request with its ids: `NestFactory.create(App, { logger: toNestLogger() })`.
 * What Nest calls context is the field `context`. A message that is a snake_case fact becomes the event.
 *
 * @param log a logger, or the name of one
 */
export function toNestLogger(log: Logger | string = 'nest'): Required<Omit<LoggerService, 'setLogLevels'>> {
  const target = toPinoLogger(log);
  const writer =
    (method: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void =>
      writeNestLine(target[method].bind(target), message, rest);
  return {
    verbose: writer('debug'),
    debug: writer('debug'),
    log: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    fatal: writer('fatal'),
  };
}

/** Nest passes a context last and, with errors, a stack as text before it. */
function writeNestLine(write: PinoLogMethod, message: unknown, rest: readonly unknown[]): void {
  const fields: Record<string, unknown> = {};
  const details: unknown[] = [];
  for (const value of rest) {
    if (typeof value === 'string' && stackPattern.test(value)) fields['stack'] = value;
    else if (value instanceof Error) fields['err'] = value;
    else details.push(value);
  }
  if (typeof details.at(-1) === 'string') fields['context'] = details.pop();
  if (details.length > 0) fields['details'] = details;
  if (message instanceof Error) write({ ...fields, err: message });
  else if (typeof message === 'object' && message !== null) write({ ...message, ...fields });
  else write(fields, String(message));
}

const stackPattern = /\n\s+at /;
