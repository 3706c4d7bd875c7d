/**
 * A finished line with further fields at its end, for lines that are kept and told later, when their values may have
 * changed. A name the line already uses anywhere becomes `log_<name>`, so that no key is there twice.
 */
export function addToLine(line: string, fields: Readonly<Record<string, string | number>>): string {
  const added = Object.entries(fields).map(([name, value]) => `,"${freeName(line, name)}":${JSON.stringify(value)}`);
  return `${line.slice(0, -1)}${added.join('')}}`;
}

function freeName(line: string, wanted: string): string {
  let name = wanted;
  while (line.includes(`"${name}":`)) name = `log_${name}`;
  return name;
}
