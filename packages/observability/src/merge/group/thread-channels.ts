import { BroadcastChannel } from 'node:worker_threads';
import { type HubMessage, isGroupMessage, type MemberLink, type MemberMessage } from './group-message.ts';
import { followThreads } from './thread-ends.ts';

// Channels of a name of their own reach every thread of the process, and none that does not listen: neither the
// application's ports nor threads that other libraries start are touched. Two, so that what members say is unpacked by
// the hub alone.
const toHub = '@autotrader/observability:metrics:to-hub:1';
const toMembers = '@autotrader/observability:metrics:to-members:1';

// What a thread said last is still on its way when its end is known.
const lastWordsMs = 250;

export function toThreadInstance(threadId: number): string {
  return `thread-${threadId}`;
}

/** The way of a worker thread to the main thread. */
export function createThreadMemberLink(): MemberLink {
  const out = openChannel(toHub);
  const back = openChannel(toMembers);
  return {
    post: (message) => postOn(out, message),
    listen: (onMessage) => listenOn(back, (message) => onMessage(message as HubMessage)),
  };
}

/** The main thread's end of it. */
export interface ThreadHubLink {
  /** To the thread that is meant, or all. */
  post(message: HubMessage): void;
}

/** Tells also of threads that ended without a word, where they were started by this one: see `followThreads`. */
export function createThreadHubLink(onMessage: (message: MemberMessage) => void): ThreadHubLink {
  const back = openChannel(toMembers);
  const from = openChannel(toHub);
  const byInstance = new Map<string, string>();
  listenOn(from, (message) => {
    const known = message as MemberMessage;
    if (known.kind === 'hello') byInstance.set(known.instance, known.from);
    onMessage(known);
  });
  followThreads((threadId) => {
    setTimeout(() => {
      const instance = toThreadInstance(threadId);
      const member = byInstance.get(instance);
      byInstance.delete(instance);
      if (member !== undefined) onMessage({ kind: 'gone', from: member });
    }, lastWordsMs).unref();
  });
  return { post: (message) => void postOn(back, message) };
}

function openChannel(name: string): BroadcastChannel {
  const channel = new BroadcastChannel(name);
  // It alone keeps no thread alive.
  channel.unref();
  return channel;
}

function postOn(channel: BroadcastChannel, message: MemberMessage | HubMessage): boolean {
  try {
    channel.postMessage(message);
    return true;
  } catch {
    return false;
  }
}

function listenOn(channel: BroadcastChannel, onMessage: (message: unknown) => void): void {
  channel.onmessage = (event: unknown) => {
    const data: unknown = typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined;
    if (isGroupMessage(data)) onMessage(data);
  };
  // Listening holds the thread again.
  channel.unref();
}
