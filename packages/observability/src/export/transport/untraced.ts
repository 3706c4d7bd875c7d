import { activeContexts } from '../../tracing/active-ids.ts';
import { apiModule } from '../../tracing/api-module.ts';
import { suppressionKey } from '../../tracing/registered-api.ts';
import type { Transport } from './transport.ts';

/** Instrumentation that others bring must not make spans of sending spans, which would have to be sent again. */
export function untraced(transport: Transport): Transport {
  return {
    send(batch, abort) {
      const contexts = activeContexts();
      if (contexts === undefined) return transport.send(batch, abort);
      // From the root: connections live longer than the request that happened to be the first to export.
      const context = apiModule().ROOT_CONTEXT.setValue(suppressionKey, true);
      return contexts.with(context, () => transport.send(batch, abort));
    },
    close: transport.close,
  };
}
