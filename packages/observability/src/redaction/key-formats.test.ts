import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

// No names at all: what goes here goes by its looks.
const redactor = createRedactor([]);

// Joined here, so that nobody who searches source code for keys takes them for real.
const keys: readonly (readonly [string, string])[] = [
  ['AWS', `${'AKIA'}IOSFODNN7EXAMPLE`],
  ['AWS, temporary', `${'ASIA'}IOSFODNN7EXAMPLE`],
  ['GitHub', `${'ghp'}_${'a1B2'.repeat(9)}`],
  ['GitHub, fine-grained', `${'github_pat'}_${'a1B2'.repeat(12)}`],
  ['GitLab', `${'glpat'}-${'a1B2'.repeat(5)}`],
  ['Slack', `${'xoxb'}-123456789012-${'a1B2'.repeat(6)}`],
  ['Slack, app', `${'xapp'}-1-A111-${'a1B2'.repeat(6)}`],
  ['Stripe', `${'sk_live'}_${'a1B2'.repeat(6)}`],
  ['Stripe, webhooks', `${'whsec'}_${'a1B2'.repeat(8)}`],
  ['OpenAI', `${'sk-proj'}-${'a1B2'.repeat(12)}`],
  ['Anthropic', `${'sk-ant'}-api03-${'a1B2'.repeat(12)}`],
  ['Google', `${'AIza'}${'a1B2c'.repeat(7)}`],
  ['Google, OAuth', `${'ya29'}.${'a1B2'.repeat(8)}`],
  ['npm', `${'npm'}_${'a1B2'.repeat(9)}`],
  ['PyPI', `${'pypi'}-${'a1B2'.repeat(15)}`],
  ['SendGrid', `${'SG'}.${'a1B2'.repeat(5)}.${'a1B2'.repeat(10)}`],
  ['Hugging Face', `${'hf'}_${'a1B2'.repeat(9)}`],
  ['DigitalOcean', `${'dop_v1'}_${'a1b2'.repeat(16)}`],
  ['Shopify', `${'shpat'}_${'a1b2'.repeat(8)}`],
  ['Telegram', `123456789:${'AAE-_'.repeat(7)}`],
  ['a web token', `${'eyJhbGciOiJIUzI1NiJ9'}.${'eyJzdWIiOiJ4In0'}.c2lnbmF0dXJl`],
  ['a private key', `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----`],
  ['a private key of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQdGBF\n-----END PGP PRIVATE KEY BLOCK-----'],
];

describe('a key that looks like one', () => {
  it.each(keys)('of %s is removed wherever it stands', (_vendor, key) => {
    for (const [before, after] of [
      ['', ''],
      ['found ', ' in file'],
      ['"', '"'],
      ['(', ')'],
      ['key: ', ','],
      ['x=', '&y=1'],
    ] as const) {
      expect(redactor.cleanText(before + key + after)).toBe(`${before}[REDACTED]${after}`);
    }
  });
});

describe('what only resembles a key', () => {
  const hex = '0123456789abcdef';
  it.each([
    `0x${hex.repeat(4)}`,
    hex.repeat(4),
    `0x${hex.repeat(2)}01234567`,
    '550e8400-e29b-41d4-a716-446655440000',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'risk-assessment-of-the-whole-portfolio',
    'task_live_update_of_everything',
    'the bearer token is missing',
    'bearer authentication required',
    'basic understanding of the market',
    '12345678:90',
    `1700000000:${hex.repeat(4)}`,
    'at 12:30:45 on 127.0.0.1:5432',
    'npm_config_registry',
    'v1.2.3',
  ])('%j stays', (text) => {
    expect(redactor.cleanText(text)).toBe(text);
    expect(redactor.cleanText(`of ${text}, and so on`)).toBe(`of ${text}, and so on`);
  });
});
