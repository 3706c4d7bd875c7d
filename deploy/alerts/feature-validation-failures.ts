import { defineAlert } from './define-alert.ts';

const threshold = 10;

/** A count over all features: one broken reply fails many features at once, and the runbook splits them. */
export const featureValidationFailures = defineAlert({
  name: 'FeatureValidationFailures',
  severity: 'warning',
  threshold,
  unit: 'count',
  windowMinutes: 5,
  forMinutes: 1,
  expr: `round(sum(increase(feature_validation_failures_total[5m]))) > ${threshold}`,
  summary: 'Features fail their validation',
  description: '{{ $value }} feature values failed validation in the last 5 minutes.',
  cases: [
    {
      name: 'fires when four values fail each minute',
      series: {
        'feature_validation_failures_total{feature_name="price_usd", validation_type="range", severity="error"}':
          '0+3x20',
        'feature_validation_failures_total{feature_name="volume_24h", validation_type="not_null", severity="error"}':
          '0+1x20',
      },
      atMinutes: 15,
      firing: [{ labels: {}, description: '20 feature values failed validation in the last 5 minutes.' }],
    },
    {
      name: 'stays quiet at exactly ten failures',
      series: {
        'feature_validation_failures_total{feature_name="price_usd", validation_type="range", severity="error"}':
          '0+2x20',
      },
      atMinutes: 15,
      firing: [],
    },
    {
      name: 'stays quiet when old failures stand still',
      series: {
        'feature_validation_failures_total{feature_name="price_usd", validation_type="range", severity="error"}':
          '500x20',
      },
      atMinutes: 15,
      firing: [],
    },
  ],
});
