import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { type FeatureFacts, type Part, partOf, readingOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

/** Watching costs nothing, so that a proxy of watchers counts half and leaves the other half unknown. */
const proxyWeight = 0.5;

function watchers(facts: FeatureFacts, holders: Part): readonly Part[] {
  const proxy = partOf(facts, {
    weight: proxyWeight,
    names: ['watchlist_users'],
    value: (users = 0) => toScale('watchlist_users', users),
  });
  if (proxy.state === 'missing') return [holders];
  const reason = 'stands in for holders, which are not known';
  return [
    { ...proxy, inputs: proxy.inputs.map((input) => ({ ...input, reason })) },
    { ...holders, weight: 1 - proxyWeight },
  ];
}

/** Addresses that hold the token. */
export const communityGrowth: Feature = {
  name: 'community_growth',
  category: 'community',
  deadlineMs: freshness.factMs,
  keepsLastGood: true,
  parts: (facts) => {
    const holders = partOf(facts, { weight: 1, names: ['holders'], value: (count = 0) => toScale('holders', count) });
    return readingOf(facts, 'holders').state === 'missing' ? watchers(facts, holders) : [holders];
  },
};
