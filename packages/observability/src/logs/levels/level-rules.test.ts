import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelRank, logLevels } from '../level.ts';
import { coversLogger, createLevelRules } from './level-rules.ts';

describe('levels of single loggers', () => {
  it('cover the names below them, the longest rule winning', () => {
    const rank = createLevelRules('INFO', { shop: 'ERROR', 'shop.orders': 'DEBUG', 'shop.orders.mail': 'CRITICAL' });
    expect(rank('shop')).toBe(levelRank.ERROR);
    expect(rank('shop.stock')).toBe(levelRank.ERROR);
    expect(rank('shop.orders.paid')).toBe(levelRank.DEBUG);
    expect(rank('shop.orders.mail.smtp')).toBe(levelRank.CRITICAL);
    expect(rank('shopping')).toBe(levelRank.INFO);
    expect(rank('shop.ordersmail')).toBe(levelRank.ERROR);
    expect(rank('')).toBe(levelRank.INFO);
  });

  it('are not fooled by names of object members', () => {
    const rank = createLevelRules('INFO', { shop: 'ERROR' });
    for (const name of ['__proto__', 'constructor', 'toString', '.', '..shop', 'shop.']) {
      expect(rank(name)).toBe(name.startsWith('shop') ? levelRank.ERROR : levelRank.INFO);
    }
  });

  it('hold whatever the names are, also beyond what is remembered', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', 'ab', ''), { minLength: 1, maxLength: 5 })
      .map((all) => all.join('.'));
    const level = fc.constantFrom(...logLevels);
    fc.assert(
      fc.property(level, fc.dictionary(name, level), fc.array(name), (general, rules, loggers) => {
        const rank = createLevelRules(general, rules);
        for (const logger of [...loggers, ...loggers]) {
          const longest = Object.keys(rules)
            .filter((rule) => rule !== '' && coversLogger(rule, logger))
            .sort((a, b) => b.length - a.length)[0];
          expect(rank(logger)).toBe(levelRank[longest === undefined ? general : (rules[longest] ?? general)]);
        }
      }),
    );
    const rank = createLevelRules('INFO', { shop: 'ERROR' });
    for (let index = 0; index < 3_000; index += 1) expect(rank(`shop.n${index}`)).toBe(levelRank.ERROR);
  });
});
