import type { IncomingMessage } from 'node:http';
import { SimulatorError } from '../errors.ts';
import type { Exchange } from '../faults/fault.ts';
import type { FaultRule } from '../faults/fault-plan.ts';
import { isOwnHost } from './host-guard.ts';
import { errorExchange, jsonExchange } from './json-exchange.ts';
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

const routes = ['GET /_control/world', 'GET /_control/faults', 'PUT /_control/faults'];

/** `GET`/`PUT /_control/faults` and `GET /_control/world`. */
export async function answerControl(request: MountedRequest, controls: Controls): Promise<Exchange> {
  const { below, incoming } = request;
  const { host = '' } = incoming.headers;
  if (!isOwnHost(host, controls.address)) return errorExchange(403, new SimulatorError('SIM_HOST_REFUSED', { host }));
  const route = `${below.method} ${below.path}`;
  if (route === 'GET /world') return jsonExchange(200, { seed: controls.seed, symbols: controls.symbols });
  if (route === 'GET /faults') return jsonExchange(200, { faults: controls.rules() });
  if (route === 'PUT /faults') return putFaults(incoming, controls);
  return errorExchange(404, new SimulatorError('SIM_NOT_FOUND', { known: routes }));
}

async function putFaults(incoming: IncomingMessage, controls: Controls): Promise<Exchange> {
  const contentType = incoming.headers['content-type'] ?? '';
  // A browser may send other types across origins without asking first.
  if (!/^application\/json\b/i.test(contentType)) {
    return errorExchange(415, new SimulatorError('SIM_JSON_WANTED', { contentType }));
  }
  const text = await readBody(incoming);
  if (text === undefined) {
    return errorExchange(413, new SimulatorError('SIM_BODY_TOO_LARGE', { maxBytes: maxBodyBytes }));
  }
  try {
    controls.setRules(parseRules(text));
    return jsonExchange(200, { faults: controls.rules() });
  } catch (thrown) {
    if (thrown instanceof SimulatorError) return errorExchange(400, thrown);
    throw thrown;
  }
}

/** The rules as a list, or below `faults` as they are shown. */
function parseRules(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'faults' in body ? body.faults : body;
  } catch (thrown) {
    throw new SimulatorError('SIM_FAULTS_INVALID', { problems: ['the body is not JSON'] }, { cause: thrown });
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
