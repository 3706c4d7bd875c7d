import type { Agent, AgentOptions } from 'node:http';
import type { HttpProxyAgent } from 'http-proxy-agent';
import type { HttpsProxyAgent } from 'https-proxy-agent';
import type { AgentHint } from './http-exchange.ts';
import { type TlsIdentity, toSecureContext } from './tls-files.ts';

/** A proxy and what lies behind it. */
export interface ProxyRoute {
  /** Address of the proxy, with user and password where it asks for them. */
  readonly proxy: string;
  /** Whether the receiver speaks TLS: then the proxy only passes bytes on. */
  readonly isSecure: boolean;
  /** Whom the proxy itself is trusted by, where it speaks TLS. */
  readonly identity: TlsIdentity | undefined;
  readonly connections: AgentOptions;
}

/**
 * The agent that goes by way of a proxy; the packages for it are loaded only where there is one.
 *
 * @throws Error when the address is none of a proxy we can speak to
 */
export async function openProxyAgent(route: ProxyRoute): Promise<Agent> {
  const { proxy, isSecure, connections } = route;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // Not shown: it may hold a password.
    throw new Error('the address of the proxy in the environment does not start with http:// or https://');
  }
  const options = { ...connections, ...proxyTls(url, route) };
  const agent = isSecure
    ? new (await import('https-proxy-agent')).HttpsProxyAgent<string>(url, options)
    : new (await import('http-proxy-agent')).HttpProxyAgent<string>(url, options);
  return givingUp(agent);
}

/** Our own certificate is for the receiver, not for the proxy. */
function proxyTls(url: URL, { identity }: ProxyRoute): object {
  if (url.protocol !== 'https:' || identity === undefined) return {};
  const secureContext = toSecureContext({ ...identity, cert: undefined, key: undefined });
  return { secureContext, rejectUnauthorized: true };
}

type Connect = HttpsProxyAgent<string>['connect'];

/**
 * Lets go of a proxy that does not answer when the request is given up: the agents themselves would wait for it as long
 * as it keeps the connection, and the process with them.
 */
function givingUp(agent: HttpProxyAgent<string> | HttpsProxyAgent<string>): Agent {
  const { connectOpts } = agent;
  const connect: Connect = agent.connect.bind(agent);
  const connectOrGiveUp: Connect = async (request, options) => {
    const waiting = new AbortController();
    const giveUp = (): void => waiting.abort();
    const { abort } = options as Partial<AgentHint>;
    if (abort?.aborted === true) giveUp();
    abort?.addEventListener('abort', giveUp);
    // Read at once, before anything is awaited, so that two connections at a time do not mix theirs up.
    agent.connectOpts = { ...connectOpts, signal: waiting.signal };
    try {
      return await connect(request, options);
    } finally {
      abort?.removeEventListener('abort', giveUp);
    }
  };
  agent.connect = connectOrGiveUp;
  return agent;
}
