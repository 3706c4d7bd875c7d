import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { featureWeights } from './features/feature-names.ts';
import { features } from './features/feature-registry.ts';
import { type Scale, scales } from './features/scales.ts';
import { checkOrder, pointsOf } from './safety/check-needs.ts';
import { findingSubjects } from './safety/finding-codes.ts';
import { scoringModel } from './scan-result.ts';
import { evmToken } from './testing/samples.ts';

const text = readFileSync(new URL('../../../docs/scoring.md', import.meta.url), 'utf8');
const solana = { symbol: 'SPL', contract: { chain: 'solana', address: 'S' } } as const;

function deadlineText(ms: number): string {
  const hours = ms / 3_600_000;
  return hours < 24 ? `${hours} h` : `${hours / 24} days`;
}

function scaleRow(name: string, scale: Scale): string {
  const { kind, unit, fullAt } = scale;
  const from = scale.kind === 'log' ? `0 | ${scale.floor}` : `${scale.zeroAt} | –`;
  return `| \`${name}\` | ${kind} | ${unit} | ${from} | ${fullAt} |`;
}

describe('docs/scoring.md', () => {
  it('is about this model', () => {
    expect(text).toContain(`Scoring model ${scoringModel.version} `);
  });

  it.each(Object.entries(featureWeights))('gives %s its weight and deadline', (name, weight) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` | ${weight.toFixed(2)} |`));
    expect(row).toBeDefined();
    const deadline = deadlineText(features[name as keyof typeof features].deadlineMs);
    expect(row?.endsWith(`| ${deadline} |`)).toBe(true);
  });

  it.each(Object.entries(scales))('has the row of scale %s', (name, scale) => {
    expect(text).toContain(scaleRow(name, scale));
  });

  it.each(Object.keys(findingSubjects))('names the finding %s', (code) => {
    expect(text).toContain(`\`${code}\``);
  });

  it.each([evmToken, solana])('has the points of each check', (token) => {
    for (const name of checkOrder) {
      const points = pointsOf(token, name);
      if (points === 0) continue;
      expect(text).toMatch(new RegExp(`${name}( \\([^)]*\\))? ${points.toFixed(2).replace('0.', '\\.')}\\b`));
    }
  });
});
