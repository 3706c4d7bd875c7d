import type { IncomingMessage } from 'node:http';
import { SimulatorError } from '../errors.ts';
import type { Exchange } from '../faults/fault.ts';
import type { FaultRule } from '../faults/fault-plan.ts';
import { isOwnHost } from './host-guard.ts';
import type { MountedRequest } from './market-server.ts';

/** What the control endpoints may read and change. The truth about tokens is not among it. */
export interface Controls {
  readonly address: string;
  readonly seed: number;
  readonly symbols: readonly string[];
  rules(): readonly FaultRule[];
  setRules(rules: unknown): void;
}

/** More than any plan needs; a larger body is refused before it is read. */
const maxBodyBytes = 65_536;

/** `GET`/`PUT /_control/faults` and `GET /_control/world`. */
export async function answerControl(request: MountedRequest, controls: Controls): Promise<Exchange> {
  const { below, incoming } = request;
  if (!isOwnHost(incoming.headers.host, controls.address)) {
    return json(403, { code: 'SIM_HOST_REFUSED', detail: 'the Host header does not name this machine' });
  }
  const route = `${below.method} ${below.path}`;
  if (route === 'GET /world') return json(200, { seed: controls.seed, symbols: controls.symbols });
  if (route === 'GET /faults') return json(200, { faults: controls.rules() });
  if (route === 'PUT /faults') return putFaults(incoming, controls);
  return json(404, {
    code: 'SIM_NOT_FOUND',
    detail: 'GET /_control/world, GET /_control/faults, PUT /_control/faults',
  });
}

async function putFaults(incoming: IncomingMessage, controls: Controls): Promise<Exchange> {
  // A browser may send other types across origins without asking first.
  if (!/^application\/json\b/i.test(incoming.headers['content-type'] ?? '')) {
    return json(415, { code: 'SIM_JSON_WANTED', detail: 'send the plan as application/json' });
  }
  const text = await readBody(incoming);
  if (text === undefined) return json(413, { code: 'SIM_BODY_TOO_LARGE', detail: `at most ${maxBodyBytes} bytes` });
  try {
    const body: unknown = JSON.parse(text);
    controls.setRules(typeof body === 'object' && body !== null && 'faults' in body ? body.faults : body);
    return json(200, { faults: controls.rules() });
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return json(400, { code: 'SIM_FAULTS_INVALID', detail: 'the body is not JSON' });
    if (thrown instanceof SimulatorError) return json(400, { code: thrown.code, detail: thrown.message });
    throw thrown;
  }
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not end the connection, on which the refusal still has to be sent.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function json(status: number, body: unknown): Exchange {
  return {
    reply: { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) },
    delayMs: 0,
    delivery: { kind: 'whole' },
  };
}
