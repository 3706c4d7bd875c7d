import type { HttpExchange } from './http-server.ts';

/** The same body, whose pieces are made inside the span of the request, which ends with it or when nobody wants more. */
export function endWithBody(
  body: ReadableStream<Uint8Array>,
  exchange: HttpExchange,
  status: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await exchange.run(() => reader.read());
          if (!done) return controller.enqueue(value);
          controller.close();
          exchange.end(status, 'complete');
        } catch (error) {
          controller.error(error);
          exchange.failed(error);
          exchange.end(status, 'cut');
        }
      },
      cancel(reason) {
        exchange.end(status, 'client_gone');
        return reader.cancel(reason);
      },
    },
    // Nothing is read before it is asked for, as without us.
    { highWaterMark: 0 },
  );
}
