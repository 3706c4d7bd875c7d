import type { Resource } from '../../otlp/common-model.ts';
import { environmentKey, serviceNameKey, serviceVersionKey } from '../../tracing/semantic-names.ts';
import { libraryVersion } from '../library-version.ts';
import { instanceId } from './instance-id.ts';

/** The part of a configuration that says who the service is. */
export interface ServiceDescription {
  readonly service_name: string;
  readonly environment: string;
  readonly version: string;
  readonly resource_attributes: Readonly<Record<string, string>>;
}

/** Who sends logs and metrics, in OpenTelemetry's names; spans have the same from the SDK that made them. */
export function toServiceResource(service: ServiceDescription): Resource {
  return {
    attributes: {
      'service.instance.id': instanceId,
      ...service.resource_attributes,
      [serviceNameKey]: service.service_name,
      [environmentKey]: service.environment,
      [serviceVersionKey]: service.version,
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'autotrader-observability',
      'telemetry.sdk.version': libraryVersion,
    },
  };
}
