/** The package brings no types; of it we use this. */
declare module 'snappyjs' {
  export function compress(body: Uint8Array): Uint8Array;
}
