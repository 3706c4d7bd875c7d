import { checkInWords } from '../safety/check-words.ts';
import type { FeatureValue, Finding, Verdict } from '../scan-result.ts';
import { gemObstacles, minimumConfidence, type VerdictFacts } from './verdict.ts';
import { listInWords } from './word-list.ts';

function title(name: string): string {
  return name.replaceAll('_', ' ');
}

function score(facts: VerdictFacts): string {
  const [low, high] = facts.gemScore.interval.map(Math.round);
  const score = `score ${Math.round(facts.gemScore.value)}`;
  return low === high ? score : `${score} (${low}–${high})`;
}

function strongest(features: readonly FeatureValue[], count: number): string {
  const known = features.filter((feature) => feature.state === 'known');
  const best = known.toSorted((a, b) => b.contribution - a.contribution).slice(0, count);
  return best.map((feature) => `${title(feature.name)} (${feature.value.toFixed(2)})`).join(' and ');
}

function alarms(findings: readonly Finding[]): string {
  const grave = findings.filter(({ severity }) => severity === 'critical' || severity === 'high');
  const [first, second] = grave;
  const rest = grave.length > 2 ? ` and ${grave.length - 2} more` : '';
  return `${[first, second].flatMap((finding) => (finding === undefined ? [] : [finding.message])).join('; ')}${rest}`;
}

function insufficient(facts: VerdictFacts): string {
  if (facts.safety === 'unknown') {
    const open = listInWords(facts.unknownEssentials.map(checkInWords));
    const cause = facts.token.contract === undefined ? ', and no contract address was given to look it up' : '';
    return `Its safety is not known: nobody says ${open}${cause}.`;
  }
  const missing = facts.features.filter((feature) => feature.state === 'missing').map(({ name }) => title(name));
  const lacking = missing.length === 0 ? 'what is known is old or disputed' : `${listInWords(missing)} not known`;
  const below = `onfidence ${facts.confidence.toFixed(2)} is below ${minimumConfidence}: ${lacking}.`;
  return facts.safety === 'not_applicable'
    ? `A native coin has no contract that could trap its holder, but c${below}`
    : `C${below}`;
}

/** One sentence that names the facts which decided. */
export function reasonOf(verdict: Verdict, facts: VerdictFacts): string {
  switch (verdict) {
    case 'avoid':
      return `Flagged: ${alarms(facts.findings)}.`;
    case 'insufficient_data':
      return insufficient(facts);
    case 'gem':
      return `Gem: ${score(facts)} at confidence ${facts.confidence.toFixed(2)}, led by ${strongest(facts.features, 2)}.`;
    case 'watch':
      return `Watch: ${score(facts)}, led by ${strongest(facts.features, 1)}; not a gem: ${gemObstacles(facts).join(', ')}.`;
  }
}
