const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/gs;
const escaped = /\\(.)/gs;

/**
 * Labels out of the text that the text formats show. Only protobuf wants them apart; kept for each series they would take
 * more memory than all else it has.
 */
export function toPairs(text: string): readonly (readonly [name: string, value: string])[] {
  if (text === '') return [];
  return Array.from(text.matchAll(pair), ([, name = '', value = '']) => [
    name,
    value.includes('\\') ? toRaw(value) : value,
  ]);
}

function toRaw(value: string): string {
  return value.replace(escaped, (_all, character: string) => (character === 'n' ? '\n' : character));
}
