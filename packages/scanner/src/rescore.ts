import type { ScoredScan } from './scan-result.ts';
import { scoringModel } from './scan-result.ts';
import { scoreScan } from './scoring/score-scan.ts';

/**
 * Scores a scan anew from the readings it carries, at the moment it was scored: the result equals the stored one bit
 * for bit, also after a way through JSON.
 * @throws RangeError for a scan of another scoring model, whose rules this version does not have
 */
export function rescore(scan: ScoredScan): ScoredScan {
  const { modelVersion } = scan.gemScore;
  if (modelVersion !== scoringModel.version) {
    throw new RangeError(
      `scan ${scan.id} was scored by model ${modelVersion}; this version has model ${scoringModel.version} only`,
    );
  }
  return { ...scan, ...scoreScan(scan).score };
}
