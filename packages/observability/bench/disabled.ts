import { getLogger, initObservability, traceOperation } from '@autotrader/observability';
import { assertEqual } from './equal-output.ts';
import { compare } from './interleaved.ts';
import type { Question } from './question.ts';

const beyond = { unit: 'ns', target: { bound: 'at most', value: 5 } } as const;

export const disabled: Question = {
  row: 7,
  name: 'disabled',
  asks: 'What is switched off',
  does: 'a log call below the level, and an operation while tracing is off; the base is the same call of a function that does nothing else',
  peers: [],
  async answer(effort) {
    const observability = await initObservability({
      env: {},
      overrides: { logging: { level: 'INFO' }, tracing: { enabled: false } },
    });
    const log = getLogger('bench.disabled');
    assertEqual(log.isEnabled('DEBUG'), false, 'level');
    const done = await compare(createSubjects(log), effort);
    await observability.shutdown();
    return {
      measurements: done.measurements,
      findings: [
        {
          what: 'disabled level, over an empty call',
          value: done.difference('disabled level', 'empty log call'),
          ...beyond,
        },
        {
          what: 'tracing off, over an empty call',
          value: done.difference('tracing off', 'empty operation'),
          ...beyond,
        },
      ],
      equal: 'operations return the same sum; nothing is written',
    };
  },
};

interface Debugger {
  debug(event: string, fields: Readonly<Record<string, unknown>>): void;
}

function createSubjects(log: Debugger) {
  const empty = new EmptyLogger();
  const operation = { state: 0 };
  const work = (): number => {
    operation.state = (operation.state + 1) | 0;
    return operation.state;
  };
  return [
    {
      name: 'disabled level',
      run(times: number) {
        for (let left = times; left > 0; left -= 1) log.debug('order_seen', { order: left, items: 3 });
      },
    },
    {
      name: 'empty log call',
      run(times: number) {
        for (let left = times; left > 0; left -= 1) empty.debug('order_seen', { order: left, items: 3 });
        return empty;
      },
    },
    {
      name: 'tracing off',
      run(times: number) {
        let sum = 0;
        for (let left = times; left > 0; left -= 1)
          sum += traceOperation('order.take', { attributes: { items: left } }, work);
        return sum;
      },
    },
    {
      name: 'empty operation',
      run(times: number) {
        let sum = 0;
        for (let left = times; left > 0; left -= 1)
          sum += runPlainly('order.take', { attributes: { items: left } }, work);
        return sum;
      },
    },
  ];
}

class EmptyLogger implements Debugger {
  debug(_event: string, _fields: Readonly<Record<string, unknown>>): void {}
}

function runPlainly<T>(_name: string, _options: object, operation: () => T): T {
  return operation();
}
