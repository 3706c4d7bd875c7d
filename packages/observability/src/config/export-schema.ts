import { z } from 'zod';
import { seconds } from './schema-parts.ts';

const spool = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Keep on disk what a dead receiver cannot take, also over a restart.'),
    directory: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Where. Without it: $STATE_DIRECTORY where the system gives one, else a folder of this user and service below the temporary folder.',
      ),
    max_bytes: z
      .int()
      .min(1_048_576)
      .default(268_435_456)
      .describe('Most bytes on disk for each exporter; beyond it the oldest records without errors are dropped first.'),
    max_age_seconds: seconds.default(86_400).describe('What is older is dropped; receivers refuse it anyway.'),
  })
  .prefault({})
  .describe('The way over the disk. Nothing is written while receivers answer.');

const retry = z
  .strictObject({
    first_seconds: seconds.default(0.5).describe('Wait after the first failure; then twice as long each time.'),
    longest_seconds: seconds.default(30).describe('Longest wait between attempts, unless the receiver asks for more.'),
    failures_to_open: z
      .int()
      .positive()
      .default(3)
      .describe('Failures in a row after which a receiver is only tried, one request at a time.'),
  })
  .prefault({})
  .describe('When a receiver does not answer.');

/** The `export:` section. */
export const exportSchema = z
  .strictObject({
    max_queue_bytes: z
      .int()
      .min(1_048_576)
      .default(67_108_864)
      .describe(
        'Most memory, estimated, that waits for each exporter; beyond it the oldest without errors are dropped first.',
      ),
    metrics_interval_seconds: seconds.default(60).describe('How often metrics are sent.'),
    spool,
    retry,
  })
  .prefault({})
  .describe('The way out of the process, shared by logs, metrics and traces.');
