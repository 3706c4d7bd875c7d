import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// The format is a header of 512 bytes per file, then its bytes, filled up to the next 512.
const blockBytes = 512;

/** A folder as npm's registry serves it: everything below `package/`, without its own node_modules. */
export function packFolder(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('node_modules/'));
  const blocks = files.flatMap((path) => {
    const bytes = readFileSync(join(folder, path));
    return [headerOf(`package/${path}`, bytes.length), bytes, Buffer.alloc(-bytes.length & (blockBytes - 1))];
  });
  // Quickest level: nobody keeps these.
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]), { level: 1 });
}

function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  const { prefix, name } = splitPath(path);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  // The sum of the header is taken with spaces in its own place.
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A name has 100 bytes, and the folders before it another 155. */
function splitPath(path: string): { prefix: string; name: string } {
  if (path.length <= 100) return { prefix: '', name: path };
  const cut = path.indexOf('/', path.length - 101);
  if (cut < 0 || cut > 155) throw new Error(`${path} is too long for the tar format`);
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) };
}
