import { defineAlert } from './define-alert.ts';

/** `absent` covers the target that vanished from the configuration: a rule over `up` alone would go quiet with it. */
export const targetDown = defineAlert({
  name: 'TargetDown',
  severity: 'critical',
  threshold: 1,
  unit: 'count',
  windowMinutes: 0,
  forMinutes: 1,
  expr: `up{job="autotrader"} < 1
or
absent(up{job="autotrader"})`,
  summary: 'AutoTrader cannot be scraped',
  description:
    '{{ with $labels.instance }}{{ . }} does not answer{{ else }}No target of the job autotrader is known{{ end }}: every other alert is blind.',
  cases: [
    {
      name: 'fires when a scrape keeps failing',
      series: { 'up{job="autotrader", instance="127.0.0.1:9090"}': '1x5 0x10' },
      atMinutes: 10,
      firing: [
        {
          labels: { job: 'autotrader', instance: '127.0.0.1:9090' },
          description: '127.0.0.1:9090 does not answer: every other alert is blind.',
        },
      ],
    },
    {
      name: 'fires when there is no target at all',
      series: { 'up{job="something_else", instance="127.0.0.1:1"}': '1x15' },
      atMinutes: 10,
      firing: [
        {
          labels: { job: 'autotrader' },
          description: 'No target of the job autotrader is known: every other alert is blind.',
        },
      ],
    },
    {
      name: 'stays quiet when one scrape is lost',
      series: { 'up{job="autotrader", instance="127.0.0.1:9090"}': '1x8 0 1x10' },
      atMinutes: 10,
      firing: [],
    },
  ],
});
