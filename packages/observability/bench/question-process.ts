import { questions } from './all-questions.ts';
import { fullEffort, quickEffort } from './question.ts';

// One question in a process of its own, so that what one row taught the compiler does not colour the next.
// Usage: node --expose-gc question-process.js <row> full|quick, with an IPC channel for the answer.
const [, , row, effort] = process.argv;
const question = questions.find((candidate) => candidate.row === Number(row));
if (question === undefined) throw new Error(`there is no row ${row}`);
const answer = await question.answer(effort === 'quick' ? quickEffort : fullEffort);
process.send?.(answer, () => process.disconnect());
