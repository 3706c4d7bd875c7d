import { causeText } from '../errors.ts';

export interface DoctorResult {
  readonly status: 'pass' | 'fail' | 'skip';
  /** What was found, one line. */
  readonly detail: string;
  /** What to do about a failure. */
  readonly remedy?: string;
}

export interface DoctorCheck {
  readonly name: 'imports' | 'logging' | 'metrics' | 'tracing' | 'config' | 'store' | 'sources' | 'exporters';
  /** Never rejects. */
  run(): Promise<DoctorResult>;
}

export function passed(detail: string): DoctorResult {
  return { status: 'pass', detail };
}

export function skipped(detail: string): DoctorResult {
  return { status: 'skip', detail };
}

export function failed(detail: string, remedy?: string): DoctorResult {
  return { status: 'fail', detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** A check whose thrown errors are failures; those of our tables bring their remedy. */
export function defineCheck(name: DoctorCheck['name'], run: () => Promise<DoctorResult>): DoctorCheck {
  return {
    name,
    run: () =>
      run().catch((thrown: unknown) => {
        const remedy = thrown instanceof Error && 'remedy' in thrown ? thrown.remedy : undefined;
        return failed(causeText(thrown).replaceAll('\n', '; '), typeof remedy === 'string' ? remedy : undefined);
      }),
  };
}
