import { defineCommand } from '../cli-command.ts';
import { portOption } from '../options.ts';

interface MetricsServerOptions {
  readonly port?: number;
  readonly address?: string;
  readonly receiverPort?: number;
}

export const metricsServerCommand = defineCommand<MetricsServerOptions>({
  name: 'metrics-server',
  summary:
    'takes metrics of other processes by OTLP/HTTP and serves them at /metrics; here --config names the telemetry settings',
  examples: ['autotrader metrics-server --port 9090 --address 127.0.0.1 --log-level INFO'],
  options: [
    portOption('--port', 'where it listens (default: 9090)'),
    { flags: '--address <address>', description: 'where it listens (default: 127.0.0.1)' },
    portOption('--receiver-port', 'where it receives OTLP/HTTP (default: 4318)'),
  ],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    const { config, observabilityConfig = config, logLevel, port, address, receiverPort } = options;
    return runUntilStopped({
      globals: { ...(observabilityConfig && { observabilityConfig }), ...(logLevel && { logLevel }) },
      context,
      overrides: { metricsPort: port, metricsAddress: address },
      start: async ({ settings, observability, version }) => {
        const { startMetricsProcess } = await import('@autotrader/server');
        return startMetricsProcess({ ...settings.metrics, receiverPort, metrics: observability.metrics, version });
      },
    });
  },
});
