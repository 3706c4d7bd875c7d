/** What each message is made of. */
export interface SimulatorErrorFacts {
  SIM_PORT_IN_USE: { readonly address: string; readonly port: number };
  SIM_ADDRESS_UNUSABLE: { readonly address: string; readonly port: number; readonly reason: string };
  SIM_OPTIONS_INVALID: { readonly problems: readonly string[] };
  SIM_FAULTS_INVALID: { readonly problems: readonly string[] };
  SIM_RECORDINGS_MISSING: { readonly folder: string; readonly reason: string };
  SIM_RECORDINGS_EMPTY: { readonly folder: string; readonly ignored: number };
  SIM_RECORDING_INVALID: { readonly problems: readonly { readonly file: string; readonly cause: string }[] };
  SIM_NOT_FOUND: { readonly known: readonly string[] };
  SIM_HOST_REFUSED: { readonly host: string };
  SIM_JSON_WANTED: { readonly contentType: string };
  SIM_BODY_TOO_LARGE: { readonly maxBytes: number };
}

/** Stable codes of this package's errors. A code is never reused. */
export type SimulatorErrorCode = keyof SimulatorErrorFacts;

const messages: { [Code in SimulatorErrorCode]: (facts: SimulatorErrorFacts[Code]) => string } = {
  SIM_PORT_IN_USE: ({ address, port }) =>
    `the simulated market cannot listen on ${address}:${port}: the port is in use. Stop what uses it, or choose another port (0 takes any free one)`,
  SIM_ADDRESS_UNUSABLE: ({ address, port, reason }) =>
    `the simulated market cannot listen on ${address}:${port}: ${reason}. Choose an address of this machine and a port you may open`,
  SIM_OPTIONS_INVALID: ({ problems }) => `the simulator's options are not usable: ${problems.join('; ')}`,
  SIM_FAULTS_INVALID: ({ problems }) => `the fault plan is not usable: ${problems.join('; ')}`,
  SIM_RECORDINGS_MISSING: ({ folder, reason }) => `there are no recordings to replay in ${folder}: ${reason}`,
  SIM_RECORDINGS_EMPTY: ({ folder, ignored }) =>
    `${folder} holds no reply of a source that can be replayed (${ignored} ignored). A folder of recordings has *.http.json files, or single replies and an INDEX.md that names their requests`,
  SIM_RECORDING_INVALID: ({ problems }) =>
    `recordings cannot be read: ${problems.map(({ file, cause }) => `${file}: ${cause}`).join('; ')}`,
  SIM_NOT_FOUND: ({ known }) => `there is nothing at this path; there is something at ${known.join(', ')}`,
  SIM_HOST_REFUSED: ({ host }) => `the Host header "${host}" does not name this machine, which control requests must`,
  SIM_JSON_WANTED: ({ contentType }) => `a fault plan is sent as application/json, not as "${contentType}"`,
  SIM_BODY_TOO_LARGE: ({ maxBytes }) => `a fault plan has at most ${maxBytes} bytes`,
};

/** Something that the caller can mend. Callers branch on `code`. */
export class SimulatorError<Code extends SimulatorErrorCode = SimulatorErrorCode> extends Error {
  override readonly name = 'SimulatorError';
  readonly code: Code;
  readonly facts: SimulatorErrorFacts[Code];

  constructor(code: Code, facts: SimulatorErrorFacts[Code], options?: { cause?: unknown }) {
    super(messages[code](facts), options);
    this.code = code;
    this.facts = facts;
  }
}
