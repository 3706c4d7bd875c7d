import type { CliCommand } from './cli-command.ts';
import { apiCommand } from './commands/api.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { metricsServerCommand } from './commands/metrics-server.ts';
import { scanCommand } from './commands/scan.ts';
import { simulatorCommand } from './commands/simulator.ts';
import { upCommand } from './commands/up.ts';
import { workerCommand } from './commands/worker.ts';

/** In the order of `--help`. */
export const commands: readonly CliCommand[] = [
  upCommand,
  scanCommand,
  apiCommand,
  workerCommand,
  simulatorCommand,
  metricsServerCommand,
  configCommand,
  doctorCommand,
];
