// A program into which the library came twice, as with two versions of it below one application.
import * as ours from '../index.ts';

const [, , other = '', config = ''] = process.argv;
const theirs: typeof ours = await import(other);

const first = await ours.initObservability({ config, env: {}, overrides: { service_name: 'shop' } });
const second = await theirs.initObservability({ env: {}, overrides: { service_name: 'other' } });
ours.counter({ name: 'orders_total', help: 'Orders.' }).inc();
theirs.counter({ name: 'orders_total', help: 'Orders.' }).inc(2);
ours.getLogger('ours').info('said', { same: first === second });
theirs.getLogger('theirs').info('said', { orders: ours.defaultRegistry().value('orders_total') });
ours.traceOperation('outer', {}, (outer) => {
  theirs.getLogger('theirs').info('inside', { outer: outer.traceId, theirs: theirs.getTraceId() });
});
await theirs.initLogging({ serviceName: 'renamed', level: 'ERROR' });
ours.getLogger('ours').info('silenced');
await second.shutdown();
