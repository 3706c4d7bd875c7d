import { counterBound } from './counter-bound.ts';
import { counterLabelled } from './counter-labelled.ts';
import { disabled } from './disabled.ts';
import { exposition } from './exposition.ts';
import { histogramBound } from './histogram-bound.ts';
import { httpService } from './http-service.ts';
import { importTime } from './import-time.ts';
import { logLine } from './log-line.ts';
import { memory } from './memory.ts';
import type { Question } from './question.ts';
import { traceOperationRow } from './trace-operation.ts';

/** In the order of the table. */
export const questions: readonly Question[] = [
  counterLabelled,
  counterBound,
  histogramBound,
  exposition,
  memory,
  logLine,
  disabled,
  traceOperationRow,
  httpService,
  importTime,
];
