// An application whose own copy of the OpenTelemetry API is newer than the library's; a test reads its lines.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Api from '@opentelemetry/api';
import type * as Hooks from '@opentelemetry/context-async-hooks';
import type * as Sdk from '@opentelemetry/sdk-trace';
import { getLogger, getTraceId, initObservability, traceOperation } from '../index.ts';

const require = createRequire(fileURLToPath(new URL('../../../../examples/opentelemetry-3/main.mjs', import.meta.url)));
const newer = require('@opentelemetry/api') as typeof Api;
const log = getLogger('app');

switch (process.argv[2]) {
  case 'late-host': {
    log.info('before', { loaded: loadedCopies() });
    traceOperation('untraced', {}, (span) => log.info('untraced', { id: span.traceId }));
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks') as typeof Hooks;
    const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } =
      require('@opentelemetry/sdk-trace') as typeof Sdk;
    const exporter = new InMemorySpanExporter();
    newer.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    newer.trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    newer.trace.getTracer('host').startActiveSpan('of the host', (span) => {
      log.info('inside_host_span', { id: span.spanContext().traceId });
      traceOperation('ours', {}, () => log.info('inside_ours', { id: getTraceId() }));
      span.end();
    });
    log.info('host_saw', { names: exporter.getFinishedSpans().map(({ name }) => name) });
    break;
  }
  case 'other-version': {
    // Whoever registers first decides the version, and a logger for the API's own messages is enough for that.
    newer.diag.setLogger({ error() {}, warn() {}, info() {}, debug() {}, verbose() {} });
    const { shutdown } = await initObservability({
      overrides: { tracing: { exporters: { console: { enabled: true } } } },
    });
    await traceOperation('outer', {}, async () => {
      await Promise.resolve();
      traceOperation('inner', {}, () => log.info('inside'));
    });
    await shutdown();
    break;
  }
  default:
    throw new Error('say which');
}

/** How many files of OpenTelemetry the library has caused to be loaded; the newer API is this file's own doing. */
function loadedCopies(): number {
  return Object.keys(require.cache).filter((path) => /opentelemetry/.test(path) && !/opentelemetry-3/.test(path))
    .length;
}
