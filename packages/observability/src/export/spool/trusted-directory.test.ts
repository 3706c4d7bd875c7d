import { chownSync, lchownSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolder, openSpool, removeFolder, toBatch } from './spool-test.fixture.ts';
import { openOwnFolder, openTrustedDirectory } from './trusted-directory.ts';

const isRoot = process.getuid?.() === 0;
const self = process.getuid?.() ?? 0;
const stranger = 54_321;

/** Who must be asked so that what this test made belongs to somebody else; only the administrator can give things away. */
const otherThan = isRoot ? self : self + 1;
const giveAway = (path: string): void => {
  if (isRoot) lchownSync(path, stranger, stranger);
};

describe('the directory of a spool', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(createFolder());
  });
  afterEach(() => {
    removeFolder(folder);
  });

  it('is made with all that leads to it, for its owner alone', async () => {
    const path = join(folder, 'a', 'b', 'c');
    expect(await openTrustedDirectory(path, self)).toBe(path);
    for (const made of [join(folder, 'a'), join(folder, 'a', 'b'), path])
      expect(lstatSync(made).mode & 0o777).toBe(0o700);
    expect(await openTrustedDirectory(path, self)).toBe(path);
  });

  it('may be reached through links of this user, also links to links and relative ones', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'near'));
    symlinkSync(join(folder, 'near'), join(folder, 'far'));
    expect(await openTrustedDirectory(join(folder, 'far', 'below'), self)).toBe(join(folder, 'real', 'below'));
  });

  it('is not reached through a link of somebody else', async () => {
    mkdirSync(join(folder, 'real'));
    const link = join(folder, 'link');
    symlinkSync('real', link);
    giveAway(link);
    await expect(openTrustedDirectory(join(link, 'below'), otherThan)).rejects.toThrow(
      `${link} is a symbolic link placed by another user`,
    );
  });

  it('is not one of somebody else', async () => {
    const path = join(folder, 'theirs');
    mkdirSync(path);
    if (isRoot) chownSync(path, stranger, stranger);
    await expect(openTrustedDirectory(path, otherThan)).rejects.toThrow(`${path} belongs to another user`);
    await expect(openOwnFolder(path, otherThan)).rejects.toThrow(`${path} belongs to another user`);
  });

  it('is no link that leads to itself', async () => {
    symlinkSync('loop', join(folder, 'loop'));
    await expect(openTrustedDirectory(join(folder, 'loop'), self)).rejects.toThrow('too many symbolic links');
  });

  it('keeps the folder of an exporter to its owner, and follows no link there', async () => {
    const path = join(folder, 'open');
    mkdirSync(path, { mode: 0o777 });
    await openOwnFolder(path, self);
    expect(lstatSync(path).mode & 0o777).toBe(0o700);
    symlinkSync('open', join(folder, 'backend'));
    const { spool, told } = await openSpool(folder);
    expect(await spool.write(toBatch('a'))).toEqual({ kind: 'refused', reason: 'spool_unwritable' });
    expect(told.changes).toEqual([`failing ${join(folder, 'backend')} is not a directory`]);
    await spool.close();
  });

  it('is not asked for an owner where the system has none', async () => {
    expect(await openTrustedDirectory(join(folder, 'x'), undefined)).toBe(join(folder, 'x'));
    writeFileSync(join(folder, 'file'), '');
    await expect(openOwnFolder(join(folder, 'file'), undefined)).rejects.toThrow('is not a directory');
  });
});
