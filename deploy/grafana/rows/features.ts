import { growthBy, type PanelRow, p95By, rateBy } from '../panel.ts';

export const features: PanelRow = {
  title: 'Features',
  panels: [
    {
      title: 'Validation failures in five minutes',
      description: 'Over all features; the line is the threshold of FeatureValidationFailures.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      alerts: ['FeatureValidationFailures'],
      queries: [{ expr: 'round(sum(increase(feature_validation_failures_total[5m])))', legend: 'all features' }],
    },
    {
      title: 'Failures by feature and rule',
      description: 'One source behind all of them, or one rule?',
      kind: 'bars',
      unit: 'short',
      width: 8,
      queries: [growthBy('feature_validation_failures_total', ['feature_name', 'validation_type'], 5)],
    },
    {
      title: 'Warnings by feature',
      description: 'Values that were kept, with a doubt.',
      kind: 'bars',
      unit: 'short',
      width: 8,
      queries: [growthBy('feature_validation_warnings_total', ['feature_name'], 5)],
    },
    {
      title: 'Freshness, p95',
      description: 'Age of a value when it was used.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [p95By('feature_freshness_seconds', ['feature_name'])],
    },
    {
      title: 'Store writes, p95',
      description: 'Slow writes point at the disk under the database.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [p95By('feature_write_duration_seconds', ['feature_name'])],
    },
    {
      title: 'Store operations',
      description: 'Per second.',
      kind: 'timeseries',
      unit: 'reqps',
      width: 8,
      queries: [rateBy('feature_store_operations_total', ['operation', 'status'])],
    },
  ],
};
