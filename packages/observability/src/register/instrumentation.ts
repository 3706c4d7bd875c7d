import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ObservabilityConfig } from '../config/schema.ts';
import { joinExpress } from '../integrations/express.ts';
import { isExpressRequest } from '../integrations/express-route.ts';
import { observeFastify } from '../integrations/fastify.ts';
import { observeServer } from '../integrations/http.ts';
import { claimServer } from '../integrations/server-claim.ts';
import { observeUndici } from '../integrations/undici.ts';

/** Which libraries are observed by themselves. */
export type Instrumentation = ObservabilityConfig['tracing']['instrumentation'];

/** Observes what the application will load, by what Node and the frameworks publish of themselves. */
export function instrument(switches: Instrumentation): void {
  if (switches.fastify) subscribe('fastify.initialization', guarded(onFastify));
  if (switches.http) subscribe('http.server.request.start', guarded(switches.express ? onServerOfExpress : onServer));
  else if (switches.express) subscribe('http.server.request.start', guarded(onServerOfAnybody));
  if (switches.undici) observeUndici();
}

/** What a listener throws, the channel makes an uncaught exception of. */
function guarded(listener: (message: unknown) => void): (message: unknown) => void {
  return (message) => {
    try {
      listener(message);
    } catch {
      // Of a version that nobody knows: it runs unobserved.
    }
  };
}

function onFastify(message: unknown): void {
  const { fastify } = message as { readonly fastify: Parameters<typeof observeFastify>[0] };
  observeFastify(fastify);
  // Its hooks know more than its server.
  claimServer(fastify.server);
}

/** A server is met with its first request, just before its listeners are. */
function onServer(message: unknown): void {
  const { server } = message as { readonly server: Server };
  if (claimServer(server)) observeServer(server, {});
}

function onServerOfExpress(message: unknown): void {
  const { server } = message as { readonly server: Server };
  if (claimServer(server)) observeServer(server, { onServed: joinExpress });
}

/** Where only Express is to be observed, its first request shows which servers are its. */
function onServerOfAnybody(message: unknown): void {
  const { server, request, response } = message as {
    readonly server: Server;
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
  };
  response.once('close', () => {
    if (isExpressRequest(request) && claimServer(server)) observeServer(server, { onServed: joinExpress });
  });
}
