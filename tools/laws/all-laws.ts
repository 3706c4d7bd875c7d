import type { Law } from '../workspace/model.ts';
import { declaredImports } from './declared-imports.ts';
import { domainWords } from './domain-words.ts';
import { fileNames } from './file-names.ts';
import { importCycles } from './import-cycles.ts';
import { libraryFolders } from './library-folders.ts';
import { moduleShape } from './module-shape.ts';
import { packageBorders } from './package-borders.ts';
import { processAccess } from './process-access.ts';
import { sizes } from './sizes.ts';
import { testCodeReach } from './test-code-reach.ts';

/** In the order of ARCHITECTURE.md; generated files are checked on their own, because that needs the disk. */
export const laws: readonly Law[] = [
  declaredImports,
  packageBorders,
  domainWords,
  importCycles,
  moduleShape,
  libraryFolders,
  processAccess,
  testCodeReach,
  sizes,
  fileNames,
];
