import { afterEach, describe, expect, it } from 'vitest';
import { getLogger } from '../logs/logger.ts';
import { activePipeline, configureLogs, defaultLogSettings } from '../logs/pipeline.ts';
import { type InitLoggingOptions, initLogging } from './init-logging.ts';

describe('initLogging', () => {
  const before = activePipeline.settings;
  afterEach(() => configureLogs(before));

  it('sets up every logger of the process', () => {
    initLogging({ serviceName: 'shop', level: 'CRITICAL', logTo: 'stderr' });
    expect(activePipeline.settings).toMatchObject({
      serviceName: 'shop',
      level: 'CRITICAL',
      environment: 'development',
    });
  });

  it('has a default for everything but the name', () => {
    initLogging({ serviceName: 'shop', logTo: 'stderr' });
    const { serviceName: _name, environment: _environment, sink: _sink, ...rest } = activePipeline.settings;
    expect(defaultLogSettings).toMatchObject(rest);
  });

  it('takes levels of single loggers, and parts of what is grouped', () => {
    initLogging({
      serviceName: 'shop',
      logTo: 'stderr',
      level: 'ERROR',
      levels: { 'shop.orders': 'DEBUG' },
      throttling: { burst: 3 },
      debugOnFailure: { enabled: true },
      redaction: { listPaths: true },
    });
    expect(getLogger('shop.orders.mail').isEnabled('DEBUG')).toBe(true);
    expect(activePipeline.settings).toMatchObject({
      throttling: { enabled: true, burst: 3, windowMs: 10_000 },
      debugOnFailure: { enabled: true, linesPerOperation: 200, operations: 100 },
      redaction: { listPaths: true },
    });
  });

  it('names all that is wrong, as a value from the environment can be, and changes nothing', () => {
    const options = {
      serviceName: undefined,
      level: 'info',
      levels: { shop: 'LOUD' },
      sampling: { enabled: true, rate: 2 },
      throttling: { burst: 0, windowMs: Number.NaN },
      debugOnFailure: { operations: 1.5 },
      redaction: { pseudonymKey: 'hunter2' },
    } as unknown as InitLoggingOptions;
    expect(() => initLogging(options)).toThrow(
      expect.objectContaining({
        code: 'OBS_CONFIG_INVALID',
        message: [
          'initLogging serviceName: expected text, came nothing',
          'initLogging level: expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, came "info" (did you mean "INFO"?)',
          'initLogging levels.shop: expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, came "LOUD"',
          'initLogging sampling.rate: expected a number from 0 to 1, came 2',
          'initLogging throttling.burst: expected a whole number above 0, came 0',
          'initLogging throttling.windowMs: expected milliseconds above 0, came NaN',
          'initLogging debugOnFailure.operations: expected a whole number above 0, came 1.5',
          'initLogging redaction.pseudonymKey: expected at least 16 characters, came 7 (not shown)',
        ].join('\n'),
      }),
    );
    expect(activePipeline.settings).toBe(before);
  });
});
