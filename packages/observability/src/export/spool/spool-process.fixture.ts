import { writeSync } from 'node:fs';
import type { Spool } from './spool.ts';
import { createFolder, openSpool, toBatch } from './spool-test.fixture.ts';

// A process of its own, to be killed: says on stdout, before it goes on, what the spool promised.

const [, , mode, directory = createFolder(), name = ''] = process.argv;
const say = (text: string): void => void writeSync(1, `${text}\n`);

/** Longer than one block of the disk, and not compressible to nothing. */
const padding = Array.from({ length: 3_000 }, (_, index) => ((index * 7_919) % 9_973).toString(36)).join('');

async function writeForEver(spool: Spool): Promise<void> {
  for (let index = 0; ; index += 1) {
    const text = `${name}-${index}`;
    const outcome = await spool.write(toBatch(`${text} ${padding}`));
    if (outcome.kind === 'written') say(text);
  }
}

async function deliverAll(spool: Spool): Promise<void> {
  for (let next = await spool.next('traces'); next !== undefined; next = await spool.next('traces')) {
    const [text = ''] = Buffer.from(next.batch.body).toString().split(' ');
    await next.done();
    say(text);
  }
  say('all');
  setInterval(() => undefined, 60_000);
}

/** Writes until the disk is full, then tells what happened, in one line of JSON. */
async function fillDisk(): Promise<void> {
  const { spool, told, time } = await openSpool(directory, { maxBytes: 2 ** 30 });
  const write = async (index: number) => (await spool.write(toBatch(`${index} ${padding.slice(index)}`))).kind;
  let writes = 0;
  while ((await write(writes)) === 'written') writes += 1;
  const inPause = [await write(1), await write(2)];
  const delivered: number[] = [];
  for (let next = await spool.next('traces'); next !== undefined; next = await spool.next('traces')) {
    delivered.push(Number.parseInt(Buffer.from(next.batch.body).toString(), 10));
    await next.done();
  }
  time.steadyMs += 1_000;
  const later = await write(3);
  await spool.close();
  const again = await openSpool(directory);
  const left = again.spool.waiting('traces');
  say(JSON.stringify({ writes, inPause, delivered, later, left, told, toldLater: again.told }));
  await again.spool.close();
}

if (mode === 'fill') await fillDisk();
else {
  const { spool } = await openSpool(directory, { maxBytes: 2 ** 28 });
  await (mode === 'write' ? writeForEver(spool) : deliverAll(spool));
}
