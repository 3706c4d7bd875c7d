import type { AnyValue, Attributes } from '../../otlp/common-model.ts';

/**
 * The field `error` of a line in OpenTelemetry's names; what these have no place for (`code`, `cause`, `fields`) stays
 * together under `error`: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
export function toExceptionAttributes(error: AnyValue): Attributes {
  if (!isSection(error)) return { error };
  const { type, message, stack, ...further } = error;
  return {
    ...named('exception.type', type),
    ...named('exception.message', message),
    ...named('exception.stacktrace', stack),
    ...(Object.keys(further).length === 0 ? {} : { error: further }),
  };
}

function named(name: string, value: AnyValue | undefined): Attributes {
  return typeof value === 'string' ? { [name]: value } : {};
}

function isSection(value: AnyValue): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
