import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ObservabilityConfig } from '../config/schema.ts';
import { joinExpress } from '../integrations/express.ts';
import { isExpressRequest } from '../integrations/express-route.ts';
import { observeFastify } from '../integrations/fastify.ts';
import { observeServer } from '../integrations/http.ts';
import { claimServer } from '../integrations/server-claim.ts';

/** Which libraries are observed by themselves. */
export type Instrumentation = ObservabilityConfig['tracing']['instrumentation'];

/** Observes what the application will load, by what Node and the frameworks publish of themselves. */
export function instrument(switches: Instrumentation): void {
  if (switches.fastify) subscribe('fastify.initialization', onFastify);
  if (switches.http) subscribe('http.server.request.start', switches.express ? onServerOfExpress : onServer);
  else if (switches.express) subscribe('http.server.request.start', onServerOfAnybody);
}

function onFastify(message: unknown): void {
  try {
    const { fastify } = message as { readonly fastify: Parameters<typeof observeFastify>[0] };
    observeFastify(fastify);
    // Its hooks know more than its server.
    claimServer(fastify.server);
  } catch {
    // Of a version that nobody knows: its server is observed like any other.
  }
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
