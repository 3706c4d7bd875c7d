import { afterEach, describe, expect, it } from 'vitest';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { initLogging } from './init-logging.ts';

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

  it('names all that is wrong, as a value from the environment can be, and changes nothing', () => {
    const options = { serviceName: undefined, level: 'info' } as unknown as Parameters<typeof initLogging>[0];
    expect(() => initLogging(options)).toThrow(
      expect.objectContaining({
        code: 'OBS_CONFIG_INVALID',
        message: [
          'initLogging serviceName: expected text, came nothing',
          'initLogging level: expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL, came "info"',
        ].join('\n'),
      }),
    );
    expect(activePipeline.settings).toBe(before);
  });
});
