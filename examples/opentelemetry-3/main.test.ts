import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('main.mjs', import.meta.url));

type Line = Record<string, unknown> & { event: string };

async function linesOf(): Promise<{ readonly lines: readonly Line[]; readonly stderr: string }> {
  const { stdout, stderr } = await run(
    process.execPath,
    ['--import', 'tsx', '--conditions=@autotrader/source', '--no-warnings', main],
    { env: { PATH: process.env['PATH'] ?? '' }, timeout: 20_000 },
  );
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return { lines, stderr };
}

describe('the example', () => {
  it('traces with the SDK 3 that the application has installed, not with the SDK 2 beside the library', async () => {
    const { lines, stderr } = await linesOf();
    expect(stderr).toBe('');
    expect(lines.map(({ event }) => event)).toEqual([
      'order_priced',
      'would_ask_the_warehouse',
      'span_ended',
      'span_ended',
      'telemetry_shutdown',
    ]);
    const [priced, asked, price, take] = lines;
    expect(priced).toMatchObject({ sdk_version: expect.stringMatching(/^3\./), customer: 'anna b' });
    expect(take).toMatchObject({ name: 'order.take', kind: 'server', parent_span_id: 'b7ad6b7169203331' });
    expect(price).toMatchObject({ name: 'order.price', parent_span_id: take?.['span_id'] });
    for (const line of [priced, asked]) expect(line).toMatchObject({ span_id: price?.['span_id'] });
    for (const line of [priced, asked, price, take]) {
      expect(line).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c' });
    }
    expect(asked?.['headers_sent']).toEqual([
      'traceparent',
      `00-0af7651916cd43dd8448eb211c80319c-${price?.['span_id']}-01`,
      'tracestate',
      'vendor=kept',
      'baggage',
      'customer=anna%20b,order.id=a%2F1',
    ]);
  });
});
