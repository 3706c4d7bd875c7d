import { describe, expect, it } from 'vitest';
import { type ObservabilityConfigInput, observabilitySchema } from '../config/schema.ts';
import { describeChanges } from './config-changes.ts';

function changes(before: ObservabilityConfigInput, after: ObservabilityConfigInput): readonly string[] {
  return describeChanges(observabilitySchema.parse(before), observabilitySchema.parse(after));
}

describe('what changed in a configuration', () => {
  it('is nothing where only the spelling differs', () => {
    expect(changes({ logging: {} }, {})).toEqual([]);
  });

  it('names each key with its old and its new value', () => {
    expect(
      changes(
        { service_name: 'shop' },
        { service_name: 'shop', logging: { level: 'DEBUG', levels: { 'a.b': 'ERROR' } } },
      ),
    ).toEqual(['logging.level: INFO → DEBUG', 'logging.levels.a.b: not set → ERROR']);
  });

  it('names what was added to and taken from a list', () => {
    expect(
      changes({ logging: { redact_fields: ['pin', 'token'] } }, { logging: { redact_fields: ['token', 'iban'] } }),
    ).toEqual(['logging.redact_fields: +iban −pin']);
    expect(changes({ logging: { redact_fields: ['a', 'b'] } }, { logging: { redact_fields: ['b', 'a'] } })).toEqual([
      'logging.redact_fields: other order',
    ]);
  });

  it('never shows a secret, neither an old nor a new one', () => {
    const before = {
      logging: { redaction: { pseudonym_key: 'hunter2-hunter2-hunter2' }, default_fields: { pin: 'hunter2' } },
      tracing: { exporters: { otlp: { headers: { authorization: 'Bearer hunter2' } } } },
    };
    const after = {
      logging: { redact_fields: ['pin'], redaction: { pseudonym_key: 'hunter3-hunter3-hunter3' } },
      tracing: { exporters: { otlp: { headers: { 'x-team': 'hunter3' } } } },
    };
    const told = changes(before, after);
    expect(told).toContain('logging.redaction.pseudonym_key: changed (not shown)');
    expect(told).toContain('tracing.exporters.otlp.headers.authorization: taken out');
    expect(told).toContain('tracing.exporters.otlp.headers.x-team: set (not shown)');
    expect(told.join()).not.toMatch(/hunter[23]/);
  });

  it('cuts what is long', () => {
    const [told] = changes({}, { service_name: 'x'.repeat(1_000) });
    expect(told?.length).toBeLessThan(150);
  });
});
