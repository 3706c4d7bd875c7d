import { describe, expect, it } from 'vitest';
import { defaultRedactFields } from './default-fields.ts';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor(defaultRedactFields);

describe('isSecretName', () => {
  it.each([
    'token',
    'TOKEN',
    'api_key',
    'apiKey',
    'API-KEY',
    'X-Api-Key',
    'x-vendor-demo-api-key',
    'authorization',
    'Proxy-Authorization',
    'Set-Cookie',
    'db_password',
    'clientSecret',
    'refreshToken',
    'signer_private_key',
    'mnemonic',
    'apiKeys',
    'old_passwords',
    'API_KEY_2',
    'AWS_SECRET_ACCESS_KEY',
    'webhook_secret',
    'JWT_SECRET',
    'telegramBotToken',
    'GITHUB_TOKEN',
    'SMTP_PASS',
    'pass',
    'secrets',
    'apiSecret',
    'DB_PASS',
    'password_hash',
    'npm_token',
    'jwt',
  ])('takes %s for a secret', (name) => {
    expect(redactor.isSecretName(name)).toBe(true);
  });

  it.each([
    'token_symbol',
    'token_count',
    'tokens',
    'tokenSymbol',
    'secretary',
    'primary_key',
    'bypass',
    'cookie_count',
    'token2',
    'password_changed_at',
    'key',
    'author',
    'symbol',
    '',
    '__proto__',
  ])('lets %s through', (name) => {
    expect(redactor.isSecretName(name)).toBe(false);
  });

  it('follows the configured names', () => {
    const own = createRedactor(['iban', '*_pin']);
    expect(own.isSecretName('IBAN')).toBe(true);
    expect(own.isSecretName('card_pin')).toBe(true);
    expect(own.isSecretName('password')).toBe(false);
  });
});

describe('cleanText', () => {
  it.each([
    ['https://user:hunter2@example.org/path', 'https://[REDACTED]@example.org/path'],
    ['postgres://app:hun@ter2@db:5432/x', 'postgres://[REDACTED]@db:5432/x'],
    ['GET /v1?api_key=hunter2&symbol=BTC', 'GET /v1?api_key=[REDACTED]&symbol=BTC'],
    ['https://h/x?a=1&key=hunter2#frag', 'https://h/x?a=1&key=[REDACTED]#frag'],
    ['https://h:1/?token=hunter2', 'https://h:1/?token=[REDACTED]'],
    ['Authorization: Bearer hunter2', 'Authorization: [REDACTED]'],
    ['sent Bearer hunter2, got 401', 'sent Bearer [REDACTED], got 401'],
    ['basic dXNlcjpodW50ZXIy', 'basic [REDACTED]'],
    ['error: password=hunter2', 'error: password=[REDACTED]'],
    ['note: config.db_password = "hun ter2" end', 'note: config.db_password = "[REDACTED]" end'],
    ['Cookie: a=hunter2; b=hunter2', 'Cookie: [REDACTED]'],
    ['mnemonic: one two hunter2', 'mnemonic: [REDACTED]'],
    ["{ apiKey: 'hunter2', n: 1 }", "{ apiKey: '[REDACTED]', n: 1 }"],
    ['{"a":{"password":"hunter2"},"n":1}', '{"a":{"password":"[REDACTED]"},"n":1}'],
    ['got {"token":"hunter2","n":1}', 'got {"token":"[REDACTED]","n":1}'],
    ['{"body":"{\\"token\\":\\"hunter2\\"}"}', '{"body":"{\\"token\\":\\"[REDACTED]\\"}"}'],
    ['said {\\"token\\":\\"hun\\\\\\"hunter2\\"}', 'said {\\"token\\":\\"[REDACTED]\\"}'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.hunter2', '[REDACTED]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----', '[REDACTED]'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2 and the rest is missing', '[REDACTED]'],
    ["Map(1) { 'password' => 'hunter2' }", "Map(1) { 'password' => '[REDACTED]' }"],
    ['{:password=>"hunter2", :n=>1}', '{:password=>"[REDACTED]", :n=>1}'],
    ['[password] => hunter2', '[password] => [REDACTED]'],
    ['{"token":["hunter2"]}', '{"token":"[REDACTED]"}'],
    ['token=[hunter2, hunter2] x', 'token=[REDACTED] x'],
    ['/x?access%5Ftoken=hunter2&a=1', '/x?access%5Ftoken=[REDACTED]&a=1'],
    ['/x?user%5Bpassword%5D=hunter2', '/x?user%5Bpassword%5D=[REDACTED]'],
    ['?to=https%3A%2F%2Fh%3Fapi_key%3Dhunter2%26a%3D1', '?to=https%3A%2F%2Fh%3Fapi_key%3D[REDACTED]%26a%3D1'],
    ['api%5Fkey%3Dhunter%202', 'api%5Fkey%3D[REDACTED]'],
    ['[{"name":"x-api-key","value":"hunter2"}]', '[{"name":"x-api-key","value":"[REDACTED]"}]'],
    [`key ${'sk_live'}_hunter2hunter2hunter2`, 'key [REDACTED]'],
    [`${'github_pat'}_hunter2hunter2hunter2`, '[REDACTED]'],
    [`${'glpat'}-hunter2hunter2hunter2`, '[REDACTED]'],
    [`${'AIza'}${'hunter2'.repeat(5)}`, '[REDACTED]'],
    [`${'CG'}-hunter2hunter2hunter2hun`, '[REDACTED]'],
    [`https://h/bot123456789:${'hunter2'.repeat(5)}/sendMessage`, 'https://h/bot[REDACTED]/sendMessage'],
    ['https://hooks.slack.com/services/T0/B0/hunter2', 'https://hooks.slack.com/services/[REDACTED]'],
    ['https://discord.com/api/webhooks/12/hunter2', 'https://discord.com/api/webhooks/[REDACTED]'],
  ])('makes of %j %j', (text, expected) => {
    expect(redactor.cleanText(text)).toBe(expected);
  });

  it.each([
    'a plain sentence: nothing to see',
    'https://example.org/coins/bitcoin?vs=usd&token_symbol=BTC',
    'basic understanding of the bear market',
    'token_count=5 token_symbol: BTC',
    'list.map(token => token.name)',
    "Map(1) { 'token_symbol' => 'BTC' }",
    'WWW-Authenticate: Bearer realm="shop"',
    'a bearer of bad news',
    '2026-01-01T00:00:00Z level=info',
    '{"token_symbol":"BTC","n":1.50}',
    'C:\\Users\\x: y',
    '/x?a%5Fb=1&token%5Fsymbol=BTC&to=https%3A%2F%2Fh%3Ftoken_symbol%3DBTC',
    '[{"name":"token_symbol","value":"BTC"}]',
  ])('leaves %j alone', (text) => {
    expect(redactor.cleanText(text)).toBe(text);
  });

  it('changes nothing more when run again', () => {
    const once = redactor.cleanText('https://u:p@h/?token=x Bearer y password: z');
    redactor.count = 0;
    expect(redactor.cleanText(once)).toBe(once);
    expect(redactor.count).toBe(0);
  });

  it('counts what it removes', () => {
    redactor.count = 0;
    redactor.cleanText('https://u:p@h/?token=x&api_key=y');
    expect(redactor.count).toBe(3);
  });

  it.each([
    ['word characters', 'a'.repeat(200_000)],
    ['separators', 'a=:'.repeat(60_000)],
    ['backslashes', `token=${'\\'.repeat(200_000)}`],
    ['quotes', `token="${'\\"'.repeat(100_000)}`],
    ['schemes', 'a://'.repeat(50_000)],
    ['brackets', `token=${'['.repeat(200_000)}`],
    ['pem headers', '-----BEGIN PRIVATE KEY-----'.repeat(7_000)],
    ['percent names', '%a.'.repeat(60_000)],
    ['encoded names', 'a%5f'.repeat(50_000)],
    ['encoded values', 'a_key%3d%20'.repeat(20_000)],
  ])('stays linear on %s', (_what, text) => {
    const startedMs = performance.now();
    redactor.cleanText(text);
    // Quadratic work on texts of this size takes minutes.
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
