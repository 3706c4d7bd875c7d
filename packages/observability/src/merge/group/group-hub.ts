import type { MergedMetrics } from '../merged-metrics.ts';
import type { MetricSource } from '../metric-source.ts';
import type { HubMessage, MemberMessage } from './group-message.ts';

/** Sends to one member. */
export type PostToMember = (message: HubMessage) => void;

/** By which way a member is reached: equal for those that are lost together. */
export type MemberRoute = object;

interface Member {
  readonly source: MetricSource;
  readonly route: MemberRoute;
  readonly post: PostToMember;
  /** The question it has not answered; 0 for none. */
  open: number;
  /** Those who wait for the answer. */
  readonly waiting: Set<() => void>;
}

/** Where the members of a process group are asked, and what they say is merged. Knows nothing of channels. */
export class GroupHub {
  private readonly merged: MergedMetrics;
  private readonly members = new Map<string, Member>();
  private question = 0;

  constructor(merged: MergedMetrics) {
    this.merged = merged;
  }

  /** Takes a message; `post` answers whoever sent it. */
  receive(message: MemberMessage, { route, post }: { readonly route: MemberRoute; readonly post: PostToMember }): void {
    const { from } = message;
    if (message.kind === 'gone') {
      this.end(from);
      return;
    }
    if (message.kind === 'hello') {
      const source = { id: from, job: '', instance: message.instance };
      if (!this.members.has(from)) this.members.set(from, { source, route, post, open: 0, waiting: new Set() });
      post({ kind: 'welcome', to: from });
      return;
    }
    const member = this.members.get(from);
    // One that is gone; what it says came too late, or from a process that is not ours.
    if (member === undefined) return;
    this.merged.takeSnapshot(member.source, message.snapshot);
    post({ kind: 'taken', to: from, sequence: message.sequence });
    if (message.answers === 0 || message.answers !== member.open) return;
    member.open = 0;
    for (const wake of member.waiting) wake();
  }

  /**
   * Asks every member and waits for the answers, at most so long. Who is late is shown as missing, with its values of
   * before, and not waited for again until it has answered.
   */
  async ask(budgetMs: number): Promise<void> {
    const asked = [...this.members.values()].filter(({ open, waiting }) => open === 0 || waiting.size > 0);
    if (asked.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        resolve();
      }, budgetMs);
    });
    await Promise.race([Promise.all(asked.map((member) => this.askOne(member, budgetMs, late))), late]);
    clearTimeout(timer);
    if (isOver) for (const { open, source } of asked) if (open !== 0) this.merged.silent(source);
  }

  private askOne(member: Member, budgetMs: number, late: Promise<void>): Promise<void> {
    const { waiting, post, source } = member;
    if (member.open === 0) {
      this.question += 1;
      member.open = this.question;
      post({ kind: 'ask', to: source.id, question: this.question, budgetMs });
    }
    return new Promise((resolve) => {
      const end = () => {
        waiting.delete(end);
        resolve();
      };
      waiting.add(end);
      void late.then(end);
    });
  }

  /** Members of this way cannot be reached any more, but may still run. */
  unreachable(route: MemberRoute): void {
    for (const member of this.members.values()) {
      if (member.route !== route) continue;
      // Not to be asked, and not to be waited for.
      member.open = Number.MAX_SAFE_INTEGER;
      for (const wake of member.waiting) wake();
      this.merged.silent(member.source);
    }
  }

  /** Members of this way have ended. */
  endAll(route: MemberRoute): void {
    for (const [id, member] of this.members) if (member.route === route) this.end(id);
  }

  private end(id: string): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.members.delete(id);
    for (const wake of member.waiting) wake();
    this.merged.end(id);
  }

  get size(): number {
    return this.members.size;
  }
}
