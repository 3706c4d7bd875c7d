import type { Problem } from '../workspace/model.ts';

/** What a part found: problems of ours, or the words of a tool that explains itself. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'report'; readonly text: string };

export interface Part {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

export interface PartResult {
  readonly name: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

export function toOutcome(problems: readonly Problem[]): Outcome {
  return problems.length === 0 ? { kind: 'passed' } : { kind: 'problems', problems };
}

/** Never rejects: a part that throws has failed, and the others still run. */
export async function runPart(part: Part, now: () => number): Promise<PartResult> {
  const startedAtMs = now();
  const outcome = await part.run().catch((error: unknown): Outcome => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'report', text };
  });
  return { name: part.name, outcome, durationMs: now() - startedAtMs };
}

/** One line per part, then everything it found. */
export function formatResult({ name, outcome, durationMs }: PartResult): string {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  if (outcome.kind === 'passed') return `PASS  ${name} (${seconds})`;
  if (outcome.kind === 'report') return `FAIL  ${name} (${seconds})\n${indent(outcome.text)}`;
  const found = outcome.problems.map(formatProblem).join('\n');
  return `FAIL  ${name} (${seconds}, ${outcome.problems.length} found)\n${indent(found)}`;
}

function formatProblem({ file, line, what, remedy }: Problem): string {
  return `${file}:${line}  ${what}\n    → ${remedy}`;
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
}
