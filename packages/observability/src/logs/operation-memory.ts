import { addToLine } from './line-addition.ts';
import type { FinishedLine } from './log-record.ts';

/** Which operation a line belongs to: the trace id of a traced one, or an object of its own. */
export type OperationKey = string | object;

/** How much is remembered. */
export interface MemoryLimits {
  readonly linesPerOperation: number;
  /** Operations remembered at the same time. */
  readonly operations: number;
}

/** Lines below the level, kept per running operation until it is known how it ends. */
export interface OperationMemory {
  /** Operations running now. */
  readonly open: number;
  /** An operation with the same key may run several times at once; the lines are kept until the last one ends. */
  start(key: OperationKey, limits: MemoryLimits): void;
  has(key: OperationKey): boolean;
  /** Keeps the line; where there is no room the oldest line of the same operation goes. */
  remember(key: OperationKey, line: FinishedLine, limits: MemoryLimits): void;
  /** What is to be written now: the lines of a failed operation, in order. A good one's are forgotten. */
  end(key: OperationKey, failed: boolean): readonly FinishedLine[];
  /** Ends all operations as failed: the process is about to crash. */
  failAll(): readonly FinishedLine[];
}

/** Lines forgotten on purpose. */
export type ForgottenReason = 'operation_succeeded' | 'operation_memory_full';

interface Operation {
  running: number;
  lines: FinishedLine[];
  characters: number;
  /** Oldest lines that made room. */
  lost: number;
}

// All operations together; a bound in lines alone would let a hundred operations with the largest lines take gigabytes.
const mostCharacters = 16_000_000;

/** @param onForgotten told about every remembered line that will never be written */
export function createOperationMemory(onForgotten: (reason: ForgottenReason, lines: number) => void): OperationMemory {
  const operations = new Map<OperationKey, Operation>();
  let characters = 0;

  const forget = (key: OperationKey, operation: Operation, reason: ForgottenReason): void => {
    operations.delete(key);
    characters -= operation.characters;
    if (operation.lines.length > 0) onForgotten(reason, operation.lines.length);
  };
  const dropOldest = (operation: Operation): void => {
    const oldest = operation.lines.shift();
    if (oldest === undefined) return;
    operation.characters -= oldest.line.length;
    characters -= oldest.line.length;
    operation.lost += 1;
    onForgotten('operation_memory_full', 1);
  };

  const take = (operation: Operation): readonly FinishedLine[] => {
    const lines = markKept(operation);
    characters -= operation.characters;
    Object.assign(operation, { lines: [], characters: 0, lost: 0 });
    return lines;
  };

  return {
    get open() {
      return operations.size;
    },
    start(key, limits) {
      const running = operations.get(key);
      if (running !== undefined) {
        running.running += 1;
        return;
      }
      // The one that has been running longest is the likeliest never to end.
      for (const [oldestKey, oldest] of operations) {
        if (operations.size < limits.operations) break;
        forget(oldestKey, oldest, 'operation_memory_full');
      }
      operations.set(key, { running: 1, lines: [], characters: 0, lost: 0 });
    },
    has: (key) => operations.has(key),
    remember(key, line, limits) {
      const operation = operations.get(key);
      if (operation === undefined) return;
      const isFull = (): boolean =>
        operation.lines.length >= limits.linesPerOperation || characters + line.line.length > mostCharacters;
      while (operation.lines.length > 0 && isFull()) dropOldest(operation);
      if (characters + line.line.length > mostCharacters) {
        operation.lost += 1;
        onForgotten('operation_memory_full', 1);
        return;
      }
      operation.lines.push(line);
      operation.characters += line.line.length;
      characters += line.line.length;
    },
    end(key, failed) {
      const operation = operations.get(key);
      if (operation === undefined) return [];
      operation.running -= 1;
      const isOver = operation.running <= 0;
      const lines = failed ? take(operation) : [];
      if (isOver) forget(key, operation, 'operation_succeeded');
      return lines;
    },
    failAll() {
      const lines = [...operations.values()].flatMap(take);
      operations.clear();
      return lines;
    },
  };
}

/** The first line also tells how many before it are missing. */
function markKept({ lines, lost }: Operation): FinishedLine[] {
  return lines.map((kept, index) => {
    const missing = index === 0 && lost > 0 ? { earlier_lines_lost: lost } : {};
    return { ...kept, line: addToLine(kept.line, { kept_because: 'operation_failed', ...missing }) };
  });
}
