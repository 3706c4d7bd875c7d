import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlaceName, toPlaceName } from './place-name.ts';
import { defineSegment, parseSegmentName } from './segment.ts';
import { defaultSpoolDirectory, toFolderName } from './spool-directory.ts';

describe('where batches lie', () => {
  const facts = { stateDirectory: undefined, serviceName: 'shop', tmpdir: '/tmp', uid: 1_000 };

  it('is what the system keeps for the service, where it does', () => {
    const state = { ...facts, stateDirectory: '/var/lib/shop:/var/lib/other' };
    expect(defaultSpoolDirectory(state)).toBe('/var/lib/shop/telemetry-spool/shop');
  });

  it('is else a folder of this user and service, directly below the temporary one', () => {
    expect(defaultSpoolDirectory(facts)).toBe('/tmp/telemetry-spool-1000-shop');
    expect(defaultSpoolDirectory({ ...facts, stateDirectory: '', uid: undefined })).toBe(
      '/tmp/telemetry-spool-user-shop',
    );
  });

  it('stays one folder whatever a service or exporter is called, and another for another name', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '', '/', 'A', 'a', '_a', '-a', '../../etc', 'ä'),
    );
    fc.assert(
      fc.property(name, name, (one, other) => {
        const folder = toFolderName(one);
        expect(folder).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
        expect(dirname(defaultSpoolDirectory({ ...facts, serviceName: one }))).toBe('/tmp');
        expect(toFolderName(other) === folder).toBe(one === other);
      }),
    );
  });

  it('names places and segments so that their names say it back', () => {
    const id = '00112233aabb';
    const owner = { machine: 'ffeeddccbbaa', namespace: '4026531836', pid: 1, start: '99' };
    expect(parsePlaceName(toPlaceName(id, owner))).toEqual({ kind: 'owned', id, owner });
    expect(parsePlaceName(toPlaceName(id))).toEqual({ kind: 'free', id });
    for (const isImportant of [true, false]) {
      const { path, salt } = defineSegment('/place', 7, { signal: 'metrics', isImportant });
      expect(dirname(path)).toBe('/place');
      expect(parseSegmentName(basename(path))).toEqual({ signal: 'metrics', isImportant, salt });
    }
  });

  it('takes no other file or folder for its own', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('free', 'free.x', '1.logs.normal.0.spool', join('a', 'b'))),
        (name) => {
          expect([parsePlaceName(name), parseSegmentName(name)]).toEqual([undefined, undefined]);
        },
      ),
    );
  });
});
