import { attributes } from './any-value-type.ts';
import type { Resource, Scope } from './common-model.ts';
import { optional } from './field-type.ts';
import { message } from './message-type.ts';
import { text, uint32 } from './scalar-types.ts';

// Field numbers: opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto.

export const resource = message<Resource>({
  attributes: [1, attributes],
  droppedAttributesCount: [2, optional(uint32)],
});

export const scope = message<Scope>({
  name: [1, text],
  version: [2, optional(text)],
  attributes: [3, optional(attributes)],
});
