import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import { isDisconnectRequest, unwrap, wrap } from './cluster-wire.ts';
import type { HubMessage, MemberLink, MemberMessage } from './group-message.ts';

/** The channel of a cluster child to its primary. `onLastMoment`: the primary asked it to disconnect. */
export function createClusterMemberLink(onLastMoment: () => void): MemberLink {
  // Its type knows the documented events only.
  const events: EventEmitter = process;
  // Before Node's own listener, which may close the channel at once.
  events.prependListener('internalMessage', (value: unknown) => {
    if (isDisconnectRequest(value)) onLastMoment();
  });
  return {
    post(message) {
      if (process.send === undefined || !process.connected) return false;
      try {
        // With a callback, or a channel that closed meanwhile would be an 'error' event of the process.
        process.send(wrap(message), undefined, undefined, () => {});
        return true;
      } catch {
        return false;
      }
    },
    listen(onMessage) {
      events.on('internalMessage', (value: unknown) => {
        const message = unwrap(value);
        if (message !== undefined) onMessage(message as HubMessage);
      });
    },
  };
}

export interface ClusterHubHooks {
  readonly onMessage: (message: MemberMessage, worker: Worker) => void;
  /** It runs, but its channel is closed. */
  readonly onUnreachable: (worker: Worker) => void;
  /** It ended, and all it said has arrived. */
  readonly onEnd: (worker: Worker) => void;
}

/** The primary's end of the channels of all its children, those to come included. */
export function listenToCluster(hooks: ClusterHubHooks): void {
  const follow = (worker: Worker) => followWorker(worker, hooks);
  for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) follow(worker);
  cluster.on('fork', follow);
}

function followWorker(worker: Worker, { onMessage, onUnreachable, onEnd }: ClusterHubHooks): void {
  const child: EventEmitter = worker.process;
  const onInternal = (value: unknown) => {
    const message = unwrap(value);
    if (message !== undefined) onMessage(message as MemberMessage, worker);
  };
  // The end of the process and that of its channel come in either order; what was on its way comes before the latter.
  const onClosed = () => {
    if (worker.isDead()) onEnd(worker);
    else onUnreachable(worker);
  };
  const onExit = () => {
    if (!worker.isConnected()) onEnd(worker);
  };
  child.on('internalMessage', onInternal);
  child.on('disconnect', onClosed);
  child.on('exit', onExit);
}

export function postToWorker(worker: Worker, message: HubMessage): void {
  if (!worker.isConnected()) return;
  try {
    worker.process.send(wrap(message), () => {});
  } catch {
    // Its channel closed meanwhile: we hear of that.
  }
}

export function allWorkers(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
