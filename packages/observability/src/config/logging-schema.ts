import { z } from 'zod';
import { logLevels } from '../logs/level.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';
import { otlpLogs } from './exporter-schema.ts';
import { fraction, seconds } from './schema-parts.ts';

const outputs = z
  .strictObject({
    standard: z
      .strictObject({
        enabled: z
          .boolean()
          .default(true)
          .describe('Write lines to stdout, or to stderr where stdout carries results.'),
      })
      .prefault({})
      .describe('The standard stream of the process.'),
    file: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Write lines to a file.'),
        path: z.string().min(1).default('logs/service.log').describe('Relative to the working directory.'),
        max_bytes: z
          .int()
          .min(1_024)
          .default(104_857_600)
          .describe('The file is moved aside (name.1, name.2 …) before it grows beyond this.'),
        max_files: z.int().min(0).max(1_000).default(5).describe('Files kept beside the current one.'),
        rotate_every: z
          .enum(['never', 'hour', 'day'])
          .default('never')
          .describe('Also start a new file at every full hour or day (UTC).'),
      })
      .prefault({})
      .describe('A file with rotation. SIGHUP opens it anew, as logrotate wants.'),
    pino_transports: z
      .array(
        z.strictObject({
          target: z.string().min(1).describe('Name of the package or file, e.g. pino-loki.'),
          options: z.record(z.string(), z.unknown()).default({}).describe('What the transport takes.'),
        }),
      )
      .default([])
      .describe('Any pino transport by the name of its package, which has to be installed.'),
  })
  .prefault({})
  .describe('Where lines go; every output gets every line.');

const backpressure = z
  .strictObject({
    policy: z
      .enum(['block', 'drop_oldest', 'drop_new'])
      .default('drop_new')
      .describe(
        'What happens to lines a slow reader leaves no room for: drop_new keeps the first and an eighth of the room for WARNING and above, drop_oldest the last, block makes the program wait. All that is dropped is counted.',
      ),
    max_buffered_bytes: z.int().min(65_536).default(8_388_608).describe('Most bytes that wait for a slow reader.'),
    block_seconds: seconds
      .max(60)
      .default(1)
      .describe('Longest wait of one line with block; then it is dropped and counted.'),
  })
  .prefault({})
  .describe('When the reader of the lines is slower than the program.');

/** The `logging:` section. */
export const loggingSchema = z
  .strictObject({
    level: z.enum(logLevels).default('INFO').describe('Lines below it are not written. May change while running.'),
    levels: z
      .record(z.string().min(1), z.enum(logLevels))
      .default({})
      .describe(
        'Levels of single loggers; a name covers the names below it (shop covers shop.orders), the longest match wins.',
      ),
    format: z
      .enum(['json', 'console', 'auto'])
      .default('auto')
      .describe('auto: readable on a terminal, JSON everywhere else.'),
    default_fields: z.record(z.string(), z.unknown()).default({}).describe('Added to every line.'),
    sampling: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Keep only a share of the lines.'),
        rate: fraction
          .default(0.1)
          .describe('Share of DEBUG and INFO lines kept, whole traces together; WARNING and above are always kept.'),
      })
      .prefault({})
      .describe('Fewer DEBUG and INFO lines.'),
    throttling: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Hold repeats back.'),
        burst: z.int().positive().default(100).describe('Identical lines written per window.'),
        window_seconds: seconds.default(10).describe('Length of a window.'),
      })
      .prefault({})
      .describe('Identical lines beyond burst in a window are held back, and how many there were is told afterwards.'),
    debug_on_failure: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Remember DEBUG lines although the level hides them.'),
        lines_per_operation: z.int().positive().max(10_000).default(200).describe('Lines remembered per operation.'),
        operations: z.int().positive().max(10_000).default(100).describe('Operations remembered at the same time.'),
      })
      .prefault({})
      .describe('Remembers the DEBUG lines of every traced operation and writes them when it fails.'),
    redact_fields: z
      .array(z.string().min(1))
      .default([...defaultRedactFields])
      .describe(
        'Values under these names are removed, at any depth and in any sink. Case, _ and - do not matter; a leading * matches the end of a name. A list here replaces the default list.',
      ),
    redaction: z
      .strictObject({
        pseudonym_key: z
          .string()
          .min(16)
          .optional()
          .describe('Secret of at least 16 characters. Removed values become pseudonyms, the same one each time.'),
        list_paths: z
          .boolean()
          .default(false)
          .describe('Name the places from which something was removed, in the field redacted.'),
      })
      .prefault({})
      .describe('How removed values are shown.'),
    outputs,
    backpressure,
    exporters: z.strictObject({ otlp: otlpLogs }).prefault({}).describe('Where lines are sent, besides the outputs.'),
  })
  .prefault({})
  .describe('Log lines.');
