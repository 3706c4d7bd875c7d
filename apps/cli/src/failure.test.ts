import { describe, expect, it } from 'vitest';
import type { CliContext } from './context.ts';
import { toFailure, writeFailure } from './failure.ts';

function written(error: unknown, debug: boolean): string {
  let text = '';
  const output = {
    isTerminal: false,
    columns: 80,
    write: (part: string) => {
      text += part;
    },
  };
  const signal = new AbortController().signal;
  const context: CliContext = { env: {}, stdout: output, stderr: output, signal, version: '0' };
  writeFailure(toFailure(error), { context, debug });
  return text;
}

describe('toFailure', () => {
  it('takes exit code, code and remedy from an error that knows them', () => {
    const error = Object.assign(new Error('no token "PEP"'), {
      code: 'SRV_X',
      exitCode: 2,
      remedy: 'Did you mean PEPE?',
    });
    expect(toFailure(error)).toMatchObject({ exitCode: 2, code: 'SRV_X', remedy: 'Did you mean PEPE?' });
  });

  it('counts a wrong configuration as wrong usage', () => {
    expect(toFailure(Object.assign(new Error('x'), { code: 'OBS_CONFIG_INVALID' })).exitCode).toBe(2);
  });

  it.each(['MISSING', 'UNREADABLE', 'SYNTAX', 'INVALID'])('says what to do about a file that is %s', (kind) => {
    const failure = toFailure(Object.assign(new Error('x'), { code: `OBS_CONFIG_${kind}` }));
    expect(failure).toMatchObject({ exitCode: 2, remedy: expect.stringMatching(/\.$/) });
  });

  it('puts a port in use into words', () => {
    const error = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:8000'), {
      code: 'EADDRINUSE',
      address: '127.0.0.1',
      port: 8000,
    });
    expect(toFailure(error)).toMatchObject({
      message: 'port 8000 on 127.0.0.1 is in use by another program',
      exitCode: 1,
      remedy: 'Choose another port, or 0 for any free one.',
    });
  });

  it.each(['text', undefined, null, 7])('makes a message of a thrown %s', (thrown) => {
    expect(toFailure(thrown)).toMatchObject({ message: `failed with ${thrown}`, exitCode: 1 });
  });
});

describe('writeFailure', () => {
  it('is one message without a stack trace', () => {
    expect(written(new Error('broken'), false)).toBe('autotrader: broken\n');
  });

  it('shows the stack when debugging', () => {
    expect(written(new Error('broken'), true)).toMatch(/\n {4}at /);
  });
});
