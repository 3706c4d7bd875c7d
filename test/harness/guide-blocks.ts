export interface Block {
  readonly document: string;
  readonly language: string;
  /** Words after the language: `start`, `exits=2`, `needs=promtool`, … */
  readonly marks: readonly string[];
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** Every fenced block of a Markdown text. */
export function readBlocks(document: string, markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { language: string; marks: string[]; line: number; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open !== null && line === '```') {
      blocks.push({
        document,
        language: open.language,
        marks: open.marks,
        text: open.lines.join('\n'),
        line: open.line,
      });
      open = null;
    } else if (open !== null) {
      open.lines.push(line);
    } else if (line.startsWith('```')) {
      const [language = '', ...marks] = line.slice(3).trim().split(/\s+/);
      open = { language, marks, line: index + 1, lines: [] };
    }
  }
  if (open !== null) throw new Error(`the block of line ${open.line} has no end`);
  return blocks;
}

export function markOf(block: Block, name: string): string | null {
  const found = block.marks.find((mark) => mark === name || mark.startsWith(`${name}=`));
  return found === undefined ? null : (found.split('=')[1] ?? '');
}
