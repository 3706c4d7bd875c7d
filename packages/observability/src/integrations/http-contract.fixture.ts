import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getLogger, getTraceId, traceOperation } from '../index.ts';

/** What a handler of the contract is given, whatever framework called it. */
export interface ContractCall {
  readonly params: Readonly<Record<string, string>>;
  /** The body, parsed by the framework as JSON where it does so. */
  readonly body: unknown;
}

/** What it answers. */
export interface ContractReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent piece by piece. */
  readonly stream?: AsyncIterable<string>;
}

/** A route that every framework declares in its own words. */
export interface ContractRoute {
  readonly method: 'GET' | 'POST';
  /** Where the framework mounts routers, the first part is one's: `['/users/:userId', '/orders/:orderId']`. */
  readonly pattern: string | readonly [string, string];
  readonly handle: (call: ContractCall) => ContractReply | Promise<ContractReply>;
}

/** How the facts are told to one framework. */
export interface HttpAdapter {
  /** Serves the routes, observed, on a free port of 127.0.0.1. */
  serve(
    routes: readonly ContractRoute[],
    options: { readonly ignorePaths: readonly string[] },
  ): Promise<ServedContract>;
  /** @default true: errors that handlers throw are known by their code */
  readonly seesErrors?: boolean;
  /** @default true: handlers that throw before they return a promise do no harm */
  readonly catchesThrows?: boolean;
}

/** A running server. */
export interface ServedContract {
  /** Without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Lets go of handlers that wait. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

const log = getLogger('app');

/** The routes of the contract; `gate` holds up `/slow` and the second half of `/stream`. */
export function contractRoutes(gate: Gate): readonly ContractRoute[] {
  const broken = (): Error => Object.assign(new Error('no store'), { code: 'STORE_DOWN' });
  return [
    { method: 'GET', pattern: '/health', handle: () => ({ json: { ok: true } }) },
    {
      method: 'GET',
      pattern: '/items/:id',
      async handle({ params }) {
        log.info('in_handler');
        await new Promise((resolve) => setImmediate(resolve));
        log.info('after_waiting');
        return { json: { id: params['id'], trace: getTraceId() } };
      },
    },
    {
      method: 'POST',
      pattern: '/items',
      async handle({ body }) {
        log.info('in_handler');
        await traceOperation('store', {}, async () => undefined);
        return { json: body };
      },
    },
    { method: 'GET', pattern: ['/users/:userId', '/orders/:orderId'], handle: ({ params }) => ({ json: params }) },
    {
      method: 'GET',
      pattern: '/broken',
      handle() {
        throw broken();
      },
    },
    { method: 'GET', pattern: '/rejected', handle: () => Promise.reject(broken()) },
    { method: 'GET', pattern: '/refused', handle: () => ({ status: 422, json: {} }) },
    { method: 'GET', pattern: '/unchanged', handle: () => ({ status: 304 }) },
    {
      method: 'GET',
      pattern: '/slow',
      async handle() {
        await gate.opened;
        return { json: {} };
      },
    },
    { method: 'GET', pattern: '/stream', handle: () => ({ stream: twoHalves(gate) }) },
  ];
}

async function* twoHalves(gate: Gate): AsyncIterable<string> {
  log.info('in_stream');
  yield 'first,';
  await gate.opened;
  log.info('in_stream');
  yield 'second';
}

/** The pattern as one text. */
export function wholePattern({ pattern }: ContractRoute): string {
  return typeof pattern === 'string' ? pattern : pattern.join('');
}

/** Writes the answer as node:http does it. */
export async function answerWith(
  response: ServerResponse,
  { status, headers, json, stream }: ContractReply,
): Promise<void> {
  response.statusCode = status ?? 200;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (stream === undefined) {
    response.end(json === undefined ? undefined : JSON.stringify(json));
    return;
  }
  for await (const piece of stream) response.write(piece);
  response.end();
}

/** Listens on a free port of 127.0.0.1. */
export function listen(server: Server): Promise<ServedContract> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
