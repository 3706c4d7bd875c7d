// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';
import { loadObservabilityConfig } from './observability-config.ts';

const schema = z.strictObject({
  name: z.string().default('x'),
  any: z.unknown().optional(),
  n: z.number().optional(),
  flag: z.boolean().optional(),
  api_password: z.string().optional(),
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(content: string | Buffer, env: Record<string, string> = {}): Promise<z.output<typeof schema>> {
  const file = join(folder, 'x.yaml');
  await writeFile(file, content);
  return loadConfig({ file, schema, env });
}

async function messageOf(content: string | Buffer, env: Record<string, string> = {}): Promise<string> {
  const error = await load(content, env).then(
    (config) => new Error(`was taken: ${JSON.stringify(config)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw error;
  return error.message.replaceAll(`${folder}/`, '');
}

describe('a file that no person would write', () => {
  const emitted = vi.spyOn(process, 'emitWarning');
  afterEach(() => expect(emitted).not.toHaveBeenCalled());

  it.each<[string, string | Buffer, RegExp]>([
    ['a list inside itself', 'any: &a [*a]\n', /^x\.yaml:1:10 expected an alias of an anchor above, came one inside/],
    [
      'a section inside itself',
      'any: &a { b: *a }\n',
      /^x\.yaml:1:14 expected an alias of an anchor above, came one inside/,
    ],
    [
      'an alias of nothing',
      'any: *nobody\n',
      /^x\.yaml:1:6 expected an alias of an anchor above, came an alias of none/,
    ],
    ['10 000 levels', `any: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, /expected at most 64 levels, came more/],
    ['70 levels', `any: ${'['.repeat(70)}${']'.repeat(70)}`, /^x\.yaml:1:\d+ expected at most 64 levels, came more$/],
    [
      '10 MB',
      `any:\n${'  - xxxxxxxxxxxxxxxxxxxx\n'.repeat(400_000)}`,
      /^x\.yaml expected at most 1048576 bytes, came more$/,
    ],
    ['UTF-16', Buffer.from('\ufeffname: y\n', 'utf16le'), /^x\.yaml:1 expected UTF-8, came UTF-16$/],
    ['Latin-1', Buffer.from('n: 1\nname: caf\xe9\n', 'latin1'), /^x\.yaml:2 expected UTF-8, came bytes that are not$/],
    ['a list as a key', '? [a]\n: 2\n', /^x\.yaml:1:3 expected a key that is text, came a list or section$/],
    ['a wrong indent', 'any:\n  b: 1\n c: 2\n', /^x\.yaml:3:1 expected valid YAML: .*same column/],
    ['a tab', 'any:\n\tb: 1\n', /^x\.yaml:2:1 expected spaces at the start of the line, came a tab$/],
    ['a key twice, deep down', 'any:\n  b:\n    c: 1\n    c: 2\n', /^x\.yaml:4:5 expected each key once/],
    ['yes for true', 'flag: yes\n', /flag: expected true or false, came "yes" \(write true or false, without quotes\)/],
    ['a number in quotes', 'n: "12"\n', /n: expected a number, came "12" \(write it without quotes\)/],
    ['infinity', 'n: .inf\n', /n: expected a number, came Infinity/],
    ['binary', Buffer.from([0, 1, 2, 3, 0x80]), /^x\.yaml:1 expected UTF-8/],
  ])('%s is refused with its place', async (_what, content, message) => {
    expect(await messageOf(content)).toMatch(message);
  });

  it.each<[string, string | Buffer, object]>([
    ['nothing', '', {}],
    ['a comment', '# nothing\n', {}],
    ['a byte order mark', '\ufeffname: y\n', { name: 'y' }],
    ['line ends of Windows', 'name: y\r\nn: 1\r\n', { name: 'y', n: 1 }],
    ['an alias or two', 'any: { a: &a [1], b: *a }\n', { any: { a: [1], b: [1] } }],
    ['a date, which stays text', 'name: 2020-01-01\n', { name: '2020-01-01' }],
    ['Norway, which is no boolean', 'name: no\n', { name: 'no' }],
  ])('%s is taken', async (_what, content, expected) => {
    expect(await load(content)).toEqual({ name: 'x', ...expected });
  });

  it('changes no prototype', async () => {
    const config = await load('any: { __proto__: { polluted: 1 }, constructor: { prototype: { polluted: 1 } } }\n');
    expect({}).not.toHaveProperty('polluted');
    expect(Object.hasOwn(Object(config.any), '__proto__')).toBe(true);
  });

  it.each([
    'api_password: "abc" hunter2\n',
    'api_password: [hunter2\n',
    'api_password: hunter2: more\n',
    "api_password: 'hunter2\nname: x\n",
    'api_password: "hunter2\n',
    'api_password: { hunter2\n',
    'api_password: >hunter2\n',
    'api_password: |\n hunter2\nhunter2\n',
    'api_password: `hunter2\n',
    'api_password: @hunter2\n',
    'api_password: %hunter2\n',
    'api_password: hunter2 #x\n - hunter2\n',
  ])('%j is told without what it holds', async (content) => {
    expect(await messageOf(content)).not.toContain('hunter2');
  });

  it('is told in problems, never in another way, whatever it holds', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        '- ',
        ': ',
        '\n',
        '  ',
        '\t',
        '&a ',
        '*a ',
        '"',
        "'",
        '|',
        '>',
        '{',
        '}',
        '[',
        ']',
        '#',
        '%',
        '!',
        '?',
        '${',
        '}',
        '$$',
        ',',
        '---\n',
        '<<',
        '~',
        'name: ',
      ),
      fc.string({ maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        await load(pieces.join('')).catch((error: unknown) => expect(error).toBeInstanceOf(ConfigError));
      }),
      { numRuns: 300 },
    );
  });
});

describe('variables in a file', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['"${A:${B:x}}"', {}, 'x'],
    ['"${A:${B:x}}"', { B: 'b' }, 'b'],
    ['"${A:${B:x}}"', { A: 'a', B: 'b' }, 'a'],
    ['${A:${B:-${C:-deep}}}', {}, 'deep'],
    ['"$$"', {}, '$'],
    ['"$$$${A}"', { A: 'a' }, '$${A}'],
    ['"$$${A}"', { A: 'a' }, '$a'],
    ['${A}', { A: '${B}' }, '${B}'],
    ['${A}', { A: 'x: [1, 2' }, 'x: [1, 2'],
    ['${A}', { A: '*alias' }, '*alias'],
    ['${A}', { A: 'line\nother: 1' }, 'line\nother: 1'],
  ])('%s with %j', async (text, env, expected) => {
    expect(await load(`name: ${text}\n`, env)).toEqual({ name: expected });
  });

  it.each([
    ['name: "${A"\n', /1:7 expected "}" to end "\$\{"/],
    ['name: "${A:${B}"\n', /expected "}" to end "\$\{"/],
    ['name: "${1A}"\n', /came a name that is none: "1A"/],
    ['name: "${A}"\n', /expected the environment variable A to be set/],
  ])('%j is refused', async (content, message) => {
    expect(await messageOf(content)).toMatch(message);
  });
});

describe('what a message quotes', () => {
  it.each([
    ['user:hunter2@collector:4318', /came "\(set\)@collector:4318"/],
    ['hunter2@collector', /came "\(set\)@collector"/],
    ['ftp://user:hunter2@collector', /came "ftp:\/\/.*@collector"/],
    ['collector:4318/v1?api_key=hunter2', /came "collector:4318\/v1\?/],
    ['ftp://collector/?x=hunter2', /came "ftp:\/\/collector\/\?/],
    [`${'x'.repeat(70)}?token=hunter2-hunter2`, /expected/],
  ])('of the address %j is no secret', async (endpoint, message) => {
    const loading = loadObservabilityConfig({ env: {}, overrides: { tracing: { exporters: { otlp: { endpoint } } } } });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.not.toThrow(/hunter2/);
  });

  it('of a key for pseudonyms is its length', async () => {
    const loading = loadObservabilityConfig({
      env: {},
      overrides: { logging: { redaction: { pseudonym_key: 'hunter2' } } },
    });
    await expect(loading).rejects.toThrow(/of at least 16, came a value of 7 characters \(not shown\)/);
  });

  it('of an attribute with a key of its own is that key', async () => {
    const loading = loadObservabilityConfig({ env: {}, overrides: { resource_attributes: { 'service.name': 'x' } } });
    await expect(loading).rejects.toThrow(/resource_attributes: expected .*service\.name is service_name/);
  });
});
