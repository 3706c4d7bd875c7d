/** As in package.json, against which a test holds it: reading that file would break where the library is bundled. */
export const libraryVersion = '0.1.0';

/** `User-Agent` as OpenTelemetry asks exporters to send it: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
export const userAgent = `Autotrader-OTLP-Exporter-JavaScript/${libraryVersion}`;
