import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readOwnerState, readProcessIdentity } from './process-identity.ts';

const self = await readProcessIdentity();

describe('the owner of a place', () => {
  it('is alive where it is this process', async () => {
    expect(self.pid).toBe(process.pid);
    expect(await readOwnerState(self, self)).toBe(self.start === '0' ? 'unknown' : 'alive');
  });

  it('is dead where its number belongs to another process now', async () => {
    const earlier = { ...self, start: '1' };
    expect(await readOwnerState(earlier, self)).toBe(self.start === '0' ? 'unknown' : 'dead');
  });

  it('is dead as soon as it was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 60_000)']);
    const pid = child.pid ?? 0;
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await readOwnerState({ ...self, pid, start: '0' }, self)).toBe('dead');
    expect(await readOwnerState({ ...self, pid, start: '12345' }, self)).toBe('dead');
  });

  it('is not known on another machine, before another boot or in another container', async () => {
    expect(await readOwnerState({ ...self, machine: 'ffffffffffff' }, self)).toBe('unknown');
    expect(await readOwnerState({ ...self, namespace: '1' }, self)).toBe('unknown');
  });

  it('is not known where the system does not say when processes start', async () => {
    expect(await readOwnerState({ ...self, start: '0' }, self)).toBe('unknown');
  });
});
