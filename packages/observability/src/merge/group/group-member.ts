import { randomUUID } from 'node:crypto';
import type { ReadableRegistry } from '../../metrics/registry-reading.ts';
import type { HubMessage, MemberLink } from './group-message.ts';
import type { Snapshot } from './snapshot.ts';
import { SnapshotReader } from './snapshot-reader.ts';

export interface GroupMemberOptions {
  readonly registry: ReadableRegistry;
  /** As `instance`. */
  readonly instance: string;
  readonly link: MemberLink;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// What a process that is killed loses is what it counted since. A snapshot tells what changed only.
const pushEveryMs = 1_000;
// On the way out there may be no other moment.
const pushAtEndMs = 50;
// Of the time for an answer, what the collectors may take; the rest is for reading and the way.
const collectorShare = 0.75;

/**
 * A cluster child, or a worker thread, whose metrics are shown elsewhere. It tells the hub who it is, and what it holds when
 * it is asked, each second, and at its end. Nothing is told before a hub has answered, so that a process without one pays
 * for a message and no more. It lives as long as its process.
 */
export class GroupMember {
  private readonly from = randomUUID();
  private readonly options: GroupMemberOptions;
  private readonly reader: SnapshotReader;
  private state: 'alone' | 'welcome' | 'ending' = 'alone';
  private sequence = 0;
  private taken = 0;
  /** The hub does not know what was told before. */
  private startsAnew = true;
  /** One snapshot after the other, because each tells what changed since the one before. */
  private last: Promise<void> = Promise.resolve();
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: GroupMemberOptions) {
    this.options = options;
    this.reader = new SnapshotReader(options);
    options.link.listen((message) => this.onMessage(message));
    this.sayHello();
  }

  /** Tells what it holds now and waits until that was taken, at most so long. Never rejects. */
  async flush(budgetMs: number): Promise<void> {
    if (this.state !== 'welcome') return;
    const told = this.tell(0).then(() => this.untilTaken());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, budgetMs);
    });
    await Promise.race([told, late]);
    clearTimeout(timer);
  }

  /** The process ends, or its channel: there may be no other turn. Best effort. */
  endNow(): void {
    if (this.state === 'alone') return;
    if (this.state === 'welcome') {
      clearInterval(this.timer);
      this.timer = setInterval(() => this.tellNow(), pushAtEndMs).unref();
    }
    this.state = 'ending';
    this.tellNow();
  }

  /** The end of a thread, which nobody else may notice. */
  sayGone(): void {
    if (this.state !== 'alone') this.options.link.post({ kind: 'gone', from: this.from });
  }

  private sayHello(): void {
    this.options.link.post({ kind: 'hello', from: this.from, instance: this.options.instance });
  }

  private onMessage(message: HubMessage): void {
    if (message.kind === 'who') this.sayHello();
    if (message.to !== this.from) return;
    if (message.kind === 'taken') this.onTaken(message.sequence);
    if (message.kind === 'welcome') this.onWelcome();
    if (message.kind === 'ask') void this.tell(message.question, message.budgetMs * collectorShare);
  }

  private onWelcome(): void {
    if (this.state === 'ending') return;
    this.state = 'welcome';
    this.startsAnew = true;
    this.taken = this.sequence;
    void this.tell(0);
    // Nothing is sent while the hub has not taken what was sent before: a busy one is not given more than it takes.
    this.timer ??= setInterval(() => {
      if (this.sequence === this.taken) void this.tell(0);
    }, pushEveryMs).unref();
  }

  private onTaken(sequence: number): void {
    this.taken = Math.max(this.taken, sequence);
    for (const look of this.waiting) look();
  }

  private untilTaken(): Promise<void> {
    const wanted = this.sequence;
    return new Promise((resolve) => {
      const look = () => {
        if (this.taken < wanted) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  private tell(answers: number, collectorTimeoutMs?: number): Promise<void> {
    this.last = this.last
      .then(async () => {
        if (this.state !== 'welcome') return;
        this.startIfAnew();
        const snapshot = await this.reader.take(collectorTimeoutMs);
        // What was told at the end knows nothing of this one.
        if (this.stillRuns()) this.post(answers, snapshot);
      })
      .catch(() => {
        // A registry that cannot be read now may be the next time.
        this.startsAnew = true;
      });
    return this.last;
  }

  private stillRuns(): boolean {
    return this.state === 'welcome';
  }

  private tellNow(): void {
    try {
      this.startIfAnew();
      // Without a way there is nothing more to say, however long the process goes on.
      if (!this.post(0, this.reader.takeNow())) clearInterval(this.timer);
    } catch {
      this.startsAnew = true;
    }
  }

  private startIfAnew(): void {
    if (this.startsAnew) this.reader.reset();
    this.startsAnew = false;
  }

  /** @returns whether it can have got away */
  private post(answers: number, snapshot: Snapshot): boolean {
    this.sequence += 1;
    const { from, sequence } = this;
    const isAway = this.options.link.post({ kind: 'snapshot', from, sequence, snapshot, answers });
    if (!isAway) this.startsAnew = true;
    return isAway;
  }
}
