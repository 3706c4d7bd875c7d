import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './question.ts';

/** A question with what came of it; `failure` when it could not be answered, e.g. because outputs differ. */
export interface Answered {
  readonly question: Question;
  readonly result:
    | { readonly kind: 'answer'; readonly answer: Answer }
    | { readonly kind: 'failure'; readonly failure: string };
}

const program = fileURLToPath(new URL('./question-process.js', import.meta.url));

/** Asks in a fresh process whose standard output goes nowhere: that is where loggers write. */
export function ask(question: Question, effort: 'full' | 'quick'): Promise<Answered> {
  const child = fork(program, [String(question.row), effort], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answer: Answer | undefined;
  let errors = '';
  child.on('message', (message) => {
    answer = message as Answer;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const failure = `ended with ${code}\n${errors}`.trim();
      resolve({ question, result: answer === undefined ? { kind: 'failure', failure } : { kind: 'answer', answer } });
    });
  });
}
