// Enough to see where secrets come from; a line that loses more says how many more.
const mostListed = 20;
const longestStep = 60;
const longestPath = 200;

/** Where in a line secrets were found: `fields.user.password`, `error.config.headers[1]`. */
// A class because it is the position of a walk that several functions move.
export class RedactionTrail {
  readonly #steps: string[] = [];
  readonly #paths: string[] = [];
  #unlisted = 0;

  /** Forgets the line before. */
  start(): void {
    this.#paths.length = 0;
    this.#unlisted = 0;
    this.from('');
  }

  /** What comes now lies below `root`: `fields`, `bound`, or nothing for the line itself. */
  from(root: string): void {
    this.#steps.length = 0;
    this.#steps.push(root);
  }

  /** @param step a name already free of secrets, an index, or nothing for what stands for the value entered before */
  enter(step: string | number): void {
    this.#steps.push(typeof step === 'number' ? `[${step}]` : step.slice(0, longestStep));
  }

  leave(): void {
    this.#steps.pop();
  }

  /** Notes that something was removed at `step` below the present position. */
  note(step: string | number): void {
    this.enter(step);
    let path = '';
    for (const part of this.#steps) path += path === '' || part === '' || part.startsWith('[') ? part : `.${part}`;
    this.#steps.pop();
    path = path.slice(0, longestPath);
    if (this.#paths.includes(path)) return;
    if (this.#paths.length < mostListed) this.#paths.push(path);
    else this.#unlisted += 1;
  }

  /** The paths noted since `start`, or undefined when there are none. */
  list(): readonly string[] | undefined {
    if (this.#paths.length === 0) return undefined;
    return this.#unlisted === 0 ? this.#paths : [...this.#paths, `… ${this.#unlisted} more`];
  }
}
