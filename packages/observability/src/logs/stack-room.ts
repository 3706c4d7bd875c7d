// 16 KB, in which the largest of our patterns compiles. Asking takes 1.2 µs, so only failures are asked about.
const words: readonly number[] = new Array<number>(2_048).fill(0);

/**
 * Whether 16 KB of stack are left. V8 ends the process, and throws nothing that could be caught, when a regular expression
 * has to be compiled where the stack ends; a program whose endless recursion is caught must not die of our description.
 */
export function hasStackRoom(): boolean {
  try {
    Reflect.apply(takeRoom, undefined, words);
    return true;
  } catch {
    return false;
  }
}

/** The arguments lie on the stack, whether they are wanted or not. */
function takeRoom(): void {}
