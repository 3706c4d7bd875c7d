import { defaultRegistry } from '../../metrics/default-registry.ts';
import { toReadable } from '../../metrics/registry-reading.ts';
import type { GroupMember } from './group-member.ts';
import type { HubMessage, MemberLink } from './group-message.ts';

// In the global symbol table, because two copies of this library in a process share one registry, whose metrics must be
// told once.
const membershipKey = Symbol.for('@autotrader/observability:group-member:1');

interface Membership {
  readonly flush: (budgetMs: number) => Promise<void>;
}

/**
 * Lets the metrics of this process be shown where its group serves them: those of a cluster child by its primary, those of a
 * worker thread by the main thread. Does nothing where there is no group, and nothing the second time. Never rejects: without
 * it the process runs as well, and is not shown.
 */
export async function joinMetricsGroup(): Promise<void> {
  const holder = globalThis as { [membershipKey]?: Promise<Membership | null> };
  holder[membershipKey] ??= join().catch(() => null);
  await holder[membershipKey];
}

/** Tells the group what this process counted, and waits at most so long until that was taken. Never rejects. */
export async function flushMetricsGroup(budgetMs: number): Promise<void> {
  const holder = globalThis as { [membershipKey]?: Promise<Membership | null> };
  const membership = await holder[membershipKey];
  await membership?.flush(budgetMs);
}

async function join(): Promise<Membership | null> {
  // Loaded here, and only where somebody may be reached: a process on its own pays for the questions alone.
  const { isMainThread, threadId } = process.getBuiltinModule('node:worker_threads');
  if (!isMainThread) return joinAsThread(threadId);
  if (process.send !== undefined) {
    const { default: cluster } = await import('node:cluster');
    if (cluster.worker !== undefined) return joinAsChild(cluster.worker.id);
  }
  const { noticeThreads } = await import('./thread-ends.ts');
  noticeThreads();
  return null;
}

async function joinAsThread(threadId: number): Promise<Membership> {
  const { createThreadMemberLink, toThreadInstance } = await import('./thread-channels.ts');
  const member = await createMember(toThreadInstance(threadId), createThreadMemberLink());
  process.once('exit', () => {
    member.endNow();
    member.sayGone();
  });
  return member;
}

async function joinAsChild(workerId: number): Promise<Membership> {
  const [{ createClusterMemberLink }, { createThreadHubLink }] = await Promise.all([
    import('./cluster-channels.ts'),
    import('./thread-channels.ts'),
  ]);
  const instance = `worker-${workerId}`;
  let member: GroupMember | undefined;
  const link = createClusterMemberLink(() => member?.endNow());
  member = await createMember(instance, link);
  process.once('exit', () => member?.endNow());
  relayThreads(instance, link, createThreadHubLink);
  return member;
}

/** Threads of a child are shown by its primary too: what they and it say to each other is passed on. */
function relayThreads(
  instance: string,
  link: MemberLink,
  createHubLink: typeof import('./thread-channels.ts').createThreadHubLink,
): void {
  const threads = createHubLink((message) => {
    link.post(message.kind === 'hello' ? { ...message, instance: `${instance}/${message.instance}` } : message);
  });
  link.listen((message: HubMessage) => threads.post(message));
}

async function createMember(instance: string, link: MemberLink): Promise<GroupMember> {
  const { GroupMember: Member } = await import('./group-member.ts');
  return new Member({ registry: toReadable(defaultRegistry()), instance, link, now: Date.now });
}
