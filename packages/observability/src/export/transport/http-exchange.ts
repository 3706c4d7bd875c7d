import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { SecureContext } from 'node:tls';

/** One request as it goes over the wire. */
export interface HttpPost {
  readonly url: URL;
  readonly agent: Agent;
  /** Beside what the agent knows, because agents that use a proxy do not pass theirs on. */
  readonly tls: { readonly secureContext?: SecureContext; readonly rejectUnauthorized?: true };
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What agents find among the options of a request, beside what Node passes on. */
export interface AgentHint {
  /** The request is given up. */
  readonly abort: AbortSignal;
}

/** What came back. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning, where it was longer than anybody needs or broke off. */
  readonly body: Uint8Array;
}

// A hostile or confused receiver must not fill our memory with its answer; a Status or a partial success is far shorter.
const longestReplyBytes = 64 * 1024;

/**
 * Sends a request and reads the reply. A connection that was kept open and is found closed is replaced once.
 *
 * @throws what kept a status from arriving
 */
export async function post(message: HttpPost, abort: AbortSignal): Promise<HttpReply> {
  try {
    return await postOnce(message, abort);
  } catch (error) {
    if (!(error instanceof StaleConnection) || abort.aborted) throw error;
    return postOnce(message, abort);
  }
}

/** The receiver had closed the connection between two requests: it has seen nothing of this one. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

function postOnce({ url, agent, tls, headers, body }: HttpPost, abort: AbortSignal): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecurely : request;
    // `abort` a second time under a name of our own: agents do not get to see `signal`.
    const options: RequestOptions & AgentHint = { ...tls, method: 'POST', agent, signal: abort, abort };
    const sent = send(url, { ...options, headers: { ...headers, 'content-length': body.byteLength } });
    let reply: ReplyReading | undefined;
    const fail = (error: Error): void => {
      abort.removeEventListener('abort', giveUp);
      // The status decides what becomes of the records; the rest of the answer may break off or never come.
      if (reply === undefined)
        reject(isStale(sent, error) ? new StaleConnection(error.message, { cause: error }) : error);
      else resolve(reply.soFar());
    };
    // A request that still waits for its connection is told of its end only when it gets one.
    const giveUp = (): void => fail(new Error('given up'));
    abort.addEventListener('abort', giveUp);
    // Kept connections are made to hold the process by the agent each time they are used.
    sent.on('socket', (socket) => socket.unref());
    sent.on('response', (response) => {
      reply = readReply(response, () => {
        if (reply !== undefined) resolve(reply.soFar());
        // A receiver that answered before the request had ended reads no more of it; an endless answer is cut.
        if (!response.complete || !sent.writableFinished) sent.destroy();
      });
    });
    sent.on('error', fail);
    // E.g. after a status that switches protocols, where nothing else is told.
    sent.on('close', () => fail(new Error('connection closed without an answer')));
    sent.end(body);
  });
}

function isStale(sent: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

interface ReplyReading {
  soFar(): HttpReply;
}

/** @param done called when the reply has ended, broken off or become too long */
function readReply(response: IncomingMessage, done: () => void): ReplyReading {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > longestReplyBytes) done();
  });
  response.on('end', done);
  response.on('error', done);
  return {
    soFar: () => ({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).subarray(0, longestReplyBytes),
    }),
  };
}
