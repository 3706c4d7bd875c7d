import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { libraryVersion } from './library-version.ts';

it('the library says of itself the version that its package has', async () => {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: libraryVersion });
});
