// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { type LoadConfigOptions, loadConfig, loadConfigWithOrigins } from './load-config.ts';

const schema = z.strictObject({
  name: z.string().default('shop'),
  version: z.string().default('0'),
  http: z
    .strictObject({ port: z.int().min(0).max(65_535).default(8000), host: z.string().default('127.0.0.1') })
    .prefault({}),
  level: z.enum(['DEBUG', 'INFO']).default('INFO'),
  tags: z.array(z.string()).default([]),
  api_key: z.string().max(5).optional(),
  limits: z.record(z.string(), z.strictObject({ per_minute: z.number().positive() })).default({}),
});

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Options = Partial<LoadConfigOptions<typeof schema>>;

async function write(text: string): Promise<string> {
  files += 1;
  const file = join(folder, `${files}.yaml`);
  await writeFile(file, text);
  return file;
}

async function load(text: string, options: Options = {}): Promise<z.output<typeof schema>> {
  return loadConfig({ file: await write(text), schema, env: {}, ...options });
}

async function problemsOf(text: string, options: Options = {}): Promise<string[]> {
  const error = await load(text, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, came ${error}`);
  return error.message.split('\n').map((line) => line.replace(/^\S*\//, ''));
}

describe('a good file', () => {
  it('gets its defaults from the schema', async () => {
    expect(await load('')).toEqual({
      name: 'shop',
      version: '0',
      http: { port: 8000, host: '127.0.0.1' },
      level: 'INFO',
      tags: [],
      limits: {},
    });
  });

  it('gives substituted values the type the schema wants', async () => {
    const config = await load('version: ${V}\nname: "${N}"\nhttp:\n  port: ${P:99}\n', { env: { V: '1.0', N: '17' } });
    expect(config).toMatchObject({ version: '1.0', name: '17', http: { port: 99 } });
  });

  it('is read below its root key', async () => {
    expect(await load('app:\n  name: x\n', { rootKey: 'app' })).toMatchObject({ name: 'x' });
  });

  it('yields to the environment, and that to the command line', async () => {
    const file = await write('name: file\nlevel: DEBUG\nhttp: { port: 1, host: file }\n');
    const { config, origins } = await loadConfigWithOrigins({
      file,
      schema,
      env: { PORT: '2', HOST: 'env' },
      variables: { 'http.port': ['PORT'], 'http.host': ['HOST'] },
      overrides: { http: { port: 3 }, name: undefined },
    });
    expect(config).toMatchObject({ name: 'file', http: { port: 3, host: 'env' } });
    expect(Object.fromEntries(origins)).toMatchObject({
      'http.port': 'command line',
      'http.host': 'environment HOST',
      level: `${file}:2:8`,
      version: 'default',
    });
  });
});

describe('a bad file', () => {
  it('is told all its problems at once, from top to bottom, each with line, key and what was expected', async () => {
    const text = ['nmae: x', 'http:', '  prot: 1', '  port: many', 'level: DEBUGG', 'tags: one'].join('\n');
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/yaml:1:1 nmae: expected one of name, .* \(did you mean "name"\?\)/),
      `${files}.yaml:3:3 http.prot: expected one of port, host, came an unknown key (did you mean "port"?)`,
      `${files}.yaml:4:9 http.port: expected a number, came "many"`,
      `${files}.yaml:5:8 level: expected one of DEBUG, INFO, came "DEBUGG" (did you mean "DEBUG"?)`,
      `${files}.yaml:6:7 tags: expected a list, came "one"`,
    ]);
  });

  it.each([
    ['http:\n\tport: 1\n', /:2:1 expected spaces at the start of the line, came a tab/],
    ['name: a\nname: b\n', /:2:1 expected each key once/],
    ['name: a\n---\nname: b\n', /expected one document/],
    ['name: [a\n', /expected valid YAML/],
    ['name: !secret x\n', /:1:7 expected plain YAML without custom tags/],
    ['http: { port: ${P:1} }\n', /:1:16 .*put \$\{…\} in quotes/],
    ['- a\n', /:1:1 expected keys with values|expected a section/],
    ['just text', /expected/],
    ['http:\n', /:1:6 http: expected a section of keys, came an empty value/],
    ['version: 1.0\n', /:1:10 version: expected text, came 1 \(put it in quotes\)/],
    ['http: { port: 70000 }\n', /:1:15 http.port: expected a number of at most 65535, came 70000/],
    ['http: { port: 1.5 }\n', /http.port: expected a whole number, came 1.5/],
    ['limits: { a: { per_minut: 1, per_minute: 0 } }\n', /limits.a.per_minute: expected a number above 0, came 0/],
    ['limits: { a: { per_minut: 1, per_minute: 1 } }\n', /:1:16 limits.a.per_minut: .*did you mean "per_minute"/],
    ['__proto__: { polluted: true }\n', /__proto__/],
    ['constructor: 1\n', /constructor: expected one of .*came an unknown key/],
  ])('%j is refused', async (text, expected) => {
    expect((await problemsOf(text)).join('\n')).toMatch(expected);
    expect({}).not.toHaveProperty('polluted');
  });

  it('names the variable that is not set, and where it is used', async () => {
    expect(await problemsOf('name: ok\nversion: ${APP_VERSION}\nhttp: { host: "${OTHER}" }\n')).toEqual([
      expect.stringMatching(/:2:10 expected the environment variable APP_VERSION to be set/),
      expect.stringMatching(/:3:15 expected the environment variable OTHER to be set/),
    ]);
  });

  it('is refused when its aliases multiply', async () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 8; level += 1) {
      rows.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    expect((await problemsOf(rows.join('\n'))).join()).toMatch(/expected at most 50 aliases/);
  });

  it('is named when it does not exist', async () => {
    const file = join(folder, 'nowhere.yaml');
    await expect(loadConfig({ file, schema, env: {} })).rejects.toMatchObject({
      code: 'OBS_CONFIG_MISSING',
      message: `${file} expected a configuration file, there is none`,
    });
  });

  it('is named when it is a folder', async () => {
    await expect(loadConfig({ file: folder, schema, env: {} })).rejects.toMatchObject({
      code: 'OBS_CONFIG_UNREADABLE',
    });
  });

  it('never shows the value of a secret', async () => {
    const problems = await problemsOf(
      'api_key: hunter2-hunter2\nlevel: ${L}\nhttp: { port: "https://u:hunter2@h/?token=hunter2" }\n',
      { env: { L: 'password=hunter2' } },
    );
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  it('blames the environment or the command line for what they set', async () => {
    const problems = await problemsOf('name: x\n', {
      env: { PORT: 'many' },
      variables: { 'http.port': ['PORT'] },
      overrides: { level: 'loud' },
    });
    expect(problems).toEqual([
      'command line level: expected one of DEBUG, INFO, came "loud"',
      'environment PORT http.port: expected a number, came "many"',
    ]);
  });

  it('refuses keys beside the root key', async () => {
    expect(await problemsOf('app: {}\naps: {}\n', { rootKey: 'app' })).toEqual([
      expect.stringMatching(/:2:1 aps: expected only "app" at the top of the file/),
    ]);
  });
});
