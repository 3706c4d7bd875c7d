import 'reflect-metadata';
import { observeNest } from '@autotrader/observability/nestjs';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';

class Items {
  read(id) {
    return { id };
  }
  add(item) {
    return item;
  }
  break() {
    throw Object.assign(new Error('no store'), { code: 'STORE_DOWN' });
  }
}
class App {}

// Decorators as TypeScript compiles them; this example has no build step.
const decorate = (name, ...decorators) => {
  for (const decorator of decorators) {
    decorator(Items.prototype, name, Object.getOwnPropertyDescriptor(Items.prototype, name));
  }
};
Param('id')(Items.prototype, 'read', 0);
Body()(Items.prototype, 'add', 0);
decorate('read', Get('items/:id'));
decorate('add', Post('items'));
decorate('break', Get('broken'));
Controller()(Items);
Module({ controllers: [Items] })(App);

const app = await NestFactory.create(App, new ExpressAdapter(), { logger: false });
observeNest(app);
await app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
process.send?.(await app.getUrl());
