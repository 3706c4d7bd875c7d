import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from './default-fields.ts';
import { createNameJudge } from './secret-names.ts';
import { markText, secretMarks, textMarks } from './text-marks.ts';
import { createTextRules } from './text-rules.ts';

const everyMark = Object.values(textMarks).reduce((all, mark) => all | mark, 0);
const clean = createTextRules({ isSecretName: createNameJudge(defaultRedactFields), replace: () => '[REDACTED]' });

describe('markText', () => {
  it.each([
    'order_completed',
    'Ada Lovelace',
    '2026-01-01',
    'a-b_c.d/e',
    'error occurred for basically no reason',
    'first_name',
    'GET /v1/orders',
    'größer ≥ 10 €',
  ])('finds nothing in %j', (text) => {
    expect(markText(text)).toBe(0);
  });

  it.each([
    [
      'escape',
      '"',
      '\\',
      '\n',
      '\u0000',
      '\u001b[0m',
      '\u007f',
      '\u0085',
      '\u009b',
      '\u2028',
      '\u202e',
      '\u2066',
      '\u061c',
      '\ud800',
      '😀',
    ],
    ['assignment', 'a=b', 'a:b', '://'],
    ['at', 'u@h'],
    ['percent', '%3D'],
    ['dashes', '--flag', '-----BEGIN'],
  ] as const)('marks %s', (mark, ...texts) => {
    for (const text of texts) expect(markText(`x ${text}`) & textMarks[mark], text).toBe(textMarks[mark]);
  });

  const fragment = fc.oneof(
    fc.constantFrom(
      'Bearer ',
      'basic ',
      'BEARER\t',
      'dXNlcjpodW50ZXIy',
      'sk-',
      'sk_live_',
      'ghp_',
      'github_pat_',
      'glpat-',
      'npm_',
      'pypi-',
      'xoxb-',
      'xapp-',
      'AKIA',
      'ASIA',
      'AIza',
      'GOCSPX-',
      'ya29.',
      'SG.',
      'key-',
      'hf_',
      'dop_v1_',
      'shpat_',
      'whsec_',
      'lin_api_',
      'CG-',
      'AGE-SECRET-KEY-1',
      'eyJhbGciOi',
      '.eyJzdWIi',
      '123456789:',
      '-----BEGIN PRIVATE KEY-----',
      '--password ',
      'token',
      'api key',
      '=',
      ': ',
      'https://',
      'u:p',
      '@h/',
      '?key=',
      '&',
      '%3D',
      '%26',
      '/bot',
      'https://hooks.slack.com/services/',
      'discord.com/api/webhooks/',
      '"',
      "'",
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ' ',
      '\n',
      'A1b2'.repeat(5),
      '0123456789abcdef'.repeat(2),
      'ABCDEFGH12345678',
      'x',
    ),
    fc.string({ maxLength: 6 }),
  );
  const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));

  it('never spares a text the patterns that would have found something in it', () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(clean(sample, markText(sample))).toBe(clean(sample, everyMark));
      }),
      { numRuns: 3_000 },
    );
  });

  it('marks every text that JSON.stringify would change', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sample) => {
        if (JSON.stringify(sample) !== `"${sample}"`) expect(markText(sample) & textMarks.escape).not.toBe(0);
      }),
    );
  });

  it('takes what holds no secret mark as it is', () => {
    expect(markText('plain "quoted" text') & secretMarks).toBe(0);
  });
});
