// https://www.w3.org/TR/trace-context/#tracestate-limits: at least 512 characters are passed on; who has to cut drops
// members longer than 128 characters first, then from the end.
const longestState = 512;
const longMember = 128;

/** A `tracestate` header no longer than what has to be passed on. */
export function fitTracestate(header: string): string {
  if (header.length <= longestState) return header;
  // Twice the limit holds whatever can survive; a hostile header is not taken apart.
  const members = header.slice(0, longestState * 8).split(',');
  if (header.length > longestState * 8) members.pop();
  let length = members.reduce((sum, member) => sum + member.length + 1, -1);
  const drop = (index: number): void => {
    const [dropped = ''] = members.splice(index, 1);
    length -= dropped.length + 1;
  };
  for (let index = members.length - 1; index >= 0 && length > longestState; index -= 1) {
    if ((members[index] ?? '').length > longMember) drop(index);
  }
  while (length > longestState && members.length > 0) drop(members.length - 1);
  return members.join(',');
}
