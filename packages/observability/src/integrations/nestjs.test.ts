import 'reflect-metadata';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Logger, Module, Param, Post, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Response } from 'express';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { answerWith, type ContractReply, type ContractRoute, type HttpAdapter } from './http-contract.fixture.ts';
import { describeHttpFacts } from './http-facts.fixture.ts';
import { observeNest, toNestLogger } from './nestjs.ts';

type Answer = Response | FastifyReply;

/** A module whose one controller has the routes; decorators called by hand, which is what TypeScript makes of them. */
function toModule(routes: readonly ContractRoute[]): new () => object {
  class Routes {}
  routes.forEach((route, index) => {
    const name = `route${index}`;
    const handle = async (params: Record<string, string>, body: unknown, answer: Answer): Promise<void> =>
      send(answer, await route.handle({ params, body }));
    const descriptor = { value: handle, configurable: true, enumerable: false, writable: true };
    Object.defineProperty(Routes.prototype, name, descriptor);
    Param()(Routes.prototype, name, 0);
    Body()(Routes.prototype, name, 1);
    Res()(Routes.prototype, name, 2);
    const pattern = typeof route.pattern === 'string' ? route.pattern : route.pattern.join('');
    (route.method === 'GET' ? Get : Post)(pattern)(Routes.prototype, name, descriptor);
  });
  Controller()(Routes);
  class App {}
  Module({ controllers: [Routes] })(App);
  return App;
}

async function send(answer: Answer, reply: ContractReply): Promise<void> {
  if ('raw' in answer) {
    void answer.code(reply.status ?? 200).send(reply.stream === undefined ? reply.json : Readable.from(reply.stream));
  } else await answerWith(answer, reply);
}

function adapter(platform: () => ExpressAdapter | FastifyAdapter): HttpAdapter {
  return {
    async serve(routes, options) {
      const app = await NestFactory.create(toModule(routes), platform(), {
        logger: false,
        forceCloseConnections: true,
      });
      observeNest(app, options);
      await app.listen(0, '127.0.0.1');
      return { url: await app.getUrl(), close: () => app.close() };
    },
  };
}

describeHttpFacts(
  'NestJS on Express',
  adapter(() => new ExpressAdapter()),
);
describeHttpFacts(
  'NestJS on Fastify',
  adapter(() => new FastifyAdapter({ forceCloseConnections: true })),
);

describe("Nest's logger", () => {
  let recorder: Recorder;
  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => {
    recorder.close();
    Logger.overrideLogger(true);
  });

  it('writes through ours, with levels, contexts and errors', () => {
    Logger.overrideLogger(toNestLogger('shop'));
    const log = new Logger('OrderService');
    log.log('order_taken');
    log.warn('100% late', { order: 7 });
    log.error('it broke', 'Error: x\n    at here (file.js:1:1)');
    log.error(new Error('no store'));
    log.verbose({ order: 8 });
    log.fatal('over');
    expect(recorder.lines().map(({ level, event }) => [level, event])).toEqual([
      ['INFO', 'order_taken'],
      ['WARNING', 'log'],
      ['ERROR', 'log'],
      ['ERROR', 'log'],
      ['DEBUG', 'log'],
      ['CRITICAL', 'log'],
    ]);
    for (const line of recorder.lines()) expect(line).toMatchObject({ logger: 'shop', context: 'OrderService' });
    recorder.expectLine('log', { message: '100% late', details: [{ order: 7 }] });
    recorder.expectLine('log', { message: 'it broke', stack: expect.stringContaining('at here') });
    recorder.expectLine('log', { error: expect.objectContaining({ message: 'no store' }) });
    recorder.expectLine('log', { order: 8 });
  });

  it("carries the request's ids, and refusals of guards stay refusals", async () => {
    class Guarded {}
    const log = new Logger('Guard');
    const descriptor = { value: () => ({}), configurable: true, writable: true };
    Object.defineProperty(Guarded.prototype, 'read', descriptor);
    Get('/guarded')(Guarded.prototype, 'read', descriptor);
    UseGuards({
      canActivate() {
        log.log('in_guard');
        return false;
      },
    })(Guarded);
    Controller()(Guarded);
    class App {}
    Module({ controllers: [Guarded] })(App);
    const app = await NestFactory.create(App, { logger: toNestLogger() });
    observeNest(app);
    await app.listen(0, '127.0.0.1');
    expect((await fetch(`${await app.getUrl()}/guarded`)).status).toBe(403);
    await app.close();
    const { traceId } = recorder.span('GET /guarded');
    recorder.expectLine('in_guard', { trace_id: traceId, context: 'Guard' });
    recorder.expectLine('api_request_completed', { status_code: 403, endpoint: '/guarded', trace_id: traceId });
  });
});
