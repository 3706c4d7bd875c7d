import { isLogLevel, logLevels } from '../level.ts';
import { activePipeline, writeNotice } from '../pipeline.ts';
import type { LevelRaise } from './raised-levels.ts';

/**
 * Makes loggers more talkative for a while, without a restart: all of them, one and those below it, one trace, or the
 * lines with certain fields. Falls back by itself. One line says `log_level_raised`, one `log_level_restored`, at any level.
 *
 * Several raises hold beside each other and beside the configuration: a line is written when any of them asks for it, so
 * nothing ever becomes more silent. Lines a raise asks for are not sampled. At most 100 hold at a time; what cannot be
 * raised is told in a line `log_level_not_raised`. Never throws.
 *
 * @example raiseLogLevel({ level: 'DEBUG', logger: 'shop.orders', forMs: 300_000, reason: 'orders are late' })
 * @example raiseLogLevel({ level: 'DEBUG', fields: { order_id: 'a1' } })
 * @returns ends the raise before its time; may be called more than once
 */
export function raiseLogLevel(raise: LevelRaise): () => void {
  try {
    if (isLogLevel(raise.level)) {
      const fields = raise.fields === undefined ? undefined : { ...raise.fields };
      const revert = activePipeline.raised.raise({ ...raise, fields });
      if (revert !== undefined) return revert;
      writeNotice('log_level_not_raised', { reason: 'too many levels are raised at the same time' });
    } else {
      const reason = `expected one of ${logLevels.join(', ')}, came ${JSON.stringify(raise.level)}`;
      writeNotice('log_level_not_raised', { reason });
    }
  } catch {
    writeNotice('log_level_not_raised', { reason: 'its description cannot be read' });
  }
  return () => undefined;
}
