import type { Snapshot } from './snapshot.ts';

/** From a member to the hub. `from` is the member's own name, never used by another. */
export type MemberMessage =
  | { readonly kind: 'hello'; readonly from: string; readonly instance: string }
  | {
      readonly kind: 'snapshot';
      readonly from: string;
      readonly sequence: number;
      readonly snapshot: Snapshot;
      /** The question it answers; 0 for none. */
      readonly answers: number;
    }
  /** It will say no more; `instance` ended. */
  | { readonly kind: 'gone'; readonly from: string };

/** From the hub to one member, or to all where `to` is empty. */
export type HubMessage =
  /** Who is there? */
  | { readonly kind: 'who'; readonly to: '' }
  /** The hub has heard of the member and knows nothing of what it holds. */
  | { readonly kind: 'welcome'; readonly to: string }
  | { readonly kind: 'ask'; readonly to: string; readonly question: number; readonly budgetMs: number }
  | { readonly kind: 'taken'; readonly to: string; readonly sequence: number };

/** What a member reaches the hub by. */
export interface MemberLink {
  /** @returns false where the message cannot have got away */
  post(message: MemberMessage): boolean;
  listen(onMessage: (message: HubMessage) => void): void;
}

/** Whether something that arrived where anybody may send is a message of ours. */
export function isGroupMessage(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
