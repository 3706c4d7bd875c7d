import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { createRecorder, type Recorder } from '../../testing/recorder.ts';
import { traceOperation } from '../../tracing/operation.ts';
import { raiseLogLevel } from '../levels/raise-log-level.ts';
import { getLogger } from '../logger.ts';
import { activePipeline, configureLogs } from '../pipeline.ts';
import { type PinoLogger, toPinoLogger } from './pino-logger.ts';

let recorder: Recorder;
beforeEach(() => {
  recorder = createRecorder();
});
afterEach(() => recorder.close());

describe('the pino face of a logger', () => {
  const log = toPinoLogger('shop');

  it('writes each level as the one of ours', () => {
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('a sentence');
    log.trace('unseen');
    log.silent('unseen');
    expect(recorder.lines().map(({ level, logger, event }) => [level, logger, event])).toEqual([
      ['DEBUG', 'shop', 'log'],
      ['INFO', 'shop', 'log'],
      ['WARNING', 'shop', 'log'],
      ['ERROR', 'shop', 'log'],
      ['CRITICAL', 'shop', 'log'],
    ]);
  });

  it('takes a snake_case message for the event, and any other for a message', () => {
    log.info('order_taken');
    log.info({ items: 3 }, 'order %s taken', 'a1');
    log.info({ event: 'order_paid', sum: 5 }, 'paid');
    log.info({ msg: 'own message', x: 1 });
    log.info('alice');
    log.info({ a: 1 });
    expect(recorder.line('order_taken')).not.toHaveProperty('message');
    expect(recorder.line('order_paid')).toMatchObject({ sum: 5, message: 'paid' });
    expect(recorder.lines('log')).toMatchObject([
      { items: 3, message: 'order a1 taken' },
      { message: 'own message', x: 1 },
      { message: 'alice' },
      { a: 1 },
    ]);
  });

  it('writes errors as all errors are written', () => {
    const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), { code: 'E_FAR' });
    log.error(error);
    log.warn({ err: error, step: 2 });
    log.fatal(error, 'it_failed');
    log.child({}, { serializers: { err: pino.stdSerializers.err } }).error({ err: error }, 'with pino');
    const described = { type: 'RangeError', message: 'too far', code: 'E_FAR', cause: { message: 'why' } };
    expect(recorder.lines()).toMatchObject([
      { level: 'ERROR', event: 'log', message: 'too far', error: described },
      { level: 'WARNING', message: 'too far', error: described, step: 2 },
      { level: 'CRITICAL', event: 'it_failed', error: described },
      { level: 'ERROR', message: 'with pino', error: described },
    ]);
  });

  it('gives children bindings, serializers, a level and a prefix', () => {
    const parent = log.child(
      { request: 'r1', user: { id: 7, name: 'x' } },
      { serializers: { user: (user: { id: number }) => user.id } },
    );
    const child = parent.child({ part: 'p' }, { level: 'error', msgPrefix: '[p] ' });
    parent.info({ user: { id: 8 } }, 'hello');
    child.info('unseen');
    child.error({ user: { id: 9 } }, 'failed');
    expect(recorder.lines()).toMatchObject([
      { request: 'r1', user: 8, message: 'hello' },
      { request: 'r1', user: 9, part: 'p', message: '[p] failed' },
    ]);
    expect(parent.bindings()).toEqual({ request: 'r1', user: 7 });
    child.setBindings({ part: 'q' });
    expect(child.bindings()).toEqual({ request: 'r1', user: 7, part: 'q' });
    expect([child.level, parent.level, child.msgPrefix, parent.msgPrefix]).toEqual([
      'error',
      'debug',
      '[p] ',
      undefined,
    ]);
  });

  it('survives a serializer that throws, and says which options it does not know', () => {
    const child = log.child({}, {
      serializers: {
        user: () => {
          throw new Error('no');
        },
      },
      redact: ['user.mail'],
    } as never);
    child.info({ user: 1, other: 2 }, 'hello');
    expect(recorder.lines('log')).toMatchObject([{ user: '[serializer threw]', other: 2 }]);
    expect(recorder.line('pino_option_ignored', { option: 'redact' })).toBeDefined();
  });

  it('follows the configured level until it is given one of its own', () => {
    configureLogs({ ...activePipeline.settings, level: 'WARNING' });
    const own = toPinoLogger('shop.own');
    expect([own.level, own.levelVal, own.isLevelEnabled('warn'), own.isLevelEnabled('info')]).toEqual([
      'warn',
      40,
      true,
      false,
    ]);
    const revert = raiseLogLevel({ level: 'DEBUG', logger: 'shop' });
    expect([own.level, own.isLevelEnabled('debug'), own.isLevelEnabled('trace')]).toEqual(['debug', true, false]);
    revert();
    own.level = 'trace';
    own.trace('seen');
    own.level = 'silent';
    own.fatal('unseen');
    expect([own.level, own.levelVal, own.isLevelEnabled('fatal')]).toEqual(['silent', Number.POSITIVE_INFINITY, false]);
    own.level = 'loud';
    expect(own.level).toBe('silent');
    expect(recorder.lines('log')).toMatchObject([{ level: 'DEBUG', message: 'seen' }]);
    expect(recorder.line('log_level_unknown')).toMatchObject({ came: 'loud' });
  });

  it('keeps the fields bound to the logger it was made from', () => {
    toPinoLogger(getLogger('shop', { order: 'a1' })).info('hello');
    expect(recorder.line('log')).toMatchObject({ order: 'a1' });
  });

  it('carries ids and loses secrets like every line', () => {
    traceOperation('work', {}, (span) => {
      log.info({ token: 'hunter2' }, 'sent %j with %s', { password: 'hunter2' }, 'Bearer abcdefghijklmnop');
      expect(recorder.line('log')).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
    });
    expect(JSON.stringify(recorder.lines())).not.toMatch(/hunter2|abcdefghijklmnop/);
  });

  it('names the levels as pino does', () => {
    const { values, labels } = pino().levels;
    expect(log.levels).toEqual({ values, labels });
  });

  it('flushes, then calls back', async () => {
    await new Promise<void>((resolve) => log.flush(() => resolve()));
    log.flush();
  });

  it('never throws, whatever it is given', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const odd: unknown[] = [
      revoked.proxy,
      Symbol('s'),
      5n,
      null,
      undefined,
      [],
      () => 1,
      Number.NaN,
      new Date(Number.NaN),
    ];
    for (const first of odd) for (const second of odd) log.info(first, second, first, second);
    for (const first of odd) log.info(first);
    log.info();
    for (const bindings of odd) log.child(bindings as never, null as never).info('hello');
    expect(recorder.lines()).toHaveLength(odd.length ** 2 + odd.length * 2 + 1);
  });
});

describe('Fastify with loggerInstance', () => {
  let app: FastifyInstance;
  let url = '';

  beforeEach(async () => {
    const loggerInstance: FastifyBaseLogger = toPinoLogger(getLogger('web', { app: 'shop' }));
    app = Fastify({ loggerInstance });
    app.get('/orders/:id', (request) => {
      request.log.info({ order: 'a1' }, 'order_read');
      return { ok: true };
    });
    app.get('/broken', () => {
      throw Object.assign(new Error('it broke'), { code: 'E_BROKEN' });
    });
    app.get('/quiet', { logLevel: 'error' }, (request) => {
      request.log.info('unseen');
      return { ok: true };
    });
    url = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => app.close());

  it('logs each request with its id, its address and its status', async () => {
    await fetch(`${url}/orders/7?api_key=hunter2`, { headers: { authorization: 'Bearer hunter2hunter2' } });
    const incoming = recorder.line('log', { message: 'incoming request' });
    expect(incoming).toMatchObject({
      logger: 'web',
      app: 'shop',
      level: 'INFO',
      req: { method: 'GET', remoteAddress: '127.0.0.1' },
    });
    const { reqId } = incoming;
    expect(reqId).toBeDefined();
    expect(recorder.line('order_read')).toMatchObject({ reqId, order: 'a1' });
    expect(recorder.line('log', { message: 'request completed' })).toMatchObject({ reqId, res: { statusCode: 200 } });
    expect(recorder.lines().some(({ message }) => String(message).startsWith('Server listening at http'))).toBe(true);
    expect(JSON.stringify(recorder.lines())).not.toContain('hunter2');
  });

  it('logs errors with their description', async () => {
    expect((await fetch(`${url}/broken`)).status).toBe(500);
    expect(recorder.line('log', { level: 'ERROR' })).toMatchObject({
      message: 'it broke',
      error: { type: 'Error', message: 'it broke', code: 'E_BROKEN' },
      req: { method: 'GET', url: '/broken' },
      res: { statusCode: 500 },
    });
  });

  it('respects the level of a route', async () => {
    recorder.clear();
    await fetch(`${url}/quiet`);
    expect(recorder.lines()).toEqual([]);
  });

  it('has its type', () => {
    expectTypeOf<PinoLogger>().toExtend<FastifyBaseLogger>();
  });
});

it('describes requests and responses of node without serializers', async () => {
  const log = toPinoLogger('web');
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    log.info(request, 'incoming');
    log.info({ req: request, res: response });
    response.statusCode = 201;
    log.info(response);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`);
  await new Promise((resolve) => server.close(resolve));
  const req = { method: 'GET', url: '/orders', remoteAddress: '127.0.0.1' };
  expect(recorder.lines()).toMatchObject([
    { message: 'incoming', req },
    { req, res: { statusCode: 200 } },
    { res: { statusCode: 201 } },
  ]);
});
