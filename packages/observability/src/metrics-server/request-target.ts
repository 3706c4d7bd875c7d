import type { IncomingMessage } from 'node:http';

/** What is asked, and under which name. A target written in full, as proxies do, counts more than the Host header. */
export function targetOf({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): {
  readonly host: string | undefined;
  readonly path: string;
} {
  const [, host, path = url] = /^https?:\/\/([^/?]*)([^?]*)/i.exec(url) ?? [];
  return { host: host ?? headers.host, path: path.split('?', 1)[0] || '/' };
}
