import { Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { portOption } from '../options.ts';

interface MetricsServerOptions extends GlobalOptions {
  readonly port?: number;
  readonly address?: string;
}

const defaults = { port: 9090, address: '127.0.0.1' };

export const metricsServerCommand: CliCommand = {
  name: 'metrics-server',
  summary: '/metrics and /health in a process of their own; here --config names the telemetry settings',
  examples: ['autotrader metrics-server --port 9090 --address 127.0.0.1 --log-level INFO'],
  define(command) {
    command
      .addOption(portOption(`where it listens (default: METRICS_PORT or ${defaults.port})`))
      .addOption(new Option('--address <address>', `where it listens (default: ${defaults.address})`));
  },
  async run(command, context) {
    const options = command.optsWithGlobals<MetricsServerOptions>();
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    const observabilityConfig = options.observabilityConfig ?? options.config;
    return runUntilStopped({
      globals: { ...options, ...(observabilityConfig === undefined ? {} : { observabilityConfig }) },
      context,
      start: async () => {
        const { startMetricsProcess } = await import('@autotrader/server');
        return startMetricsProcess({
          port: options.port ?? defaults.port,
          address: options.address ?? defaults.address,
          version: context.version,
        });
      },
    });
  },
};
