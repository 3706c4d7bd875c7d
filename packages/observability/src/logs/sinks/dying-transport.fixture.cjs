// A transport that writes to a file until it is told to die, to hang, or to fail at its end.
const { appendFileSync } = require('node:fs');
const { Writable } = require('node:stream');

module.exports = function build({ path, dieAt, hangAt, endHangs, refuse }) {
  if (refuse) throw new Error('it does not want to, password=hunter2');
  // Shows that it has started.
  appendFileSync(path, '');
  let batches = 0;
  return new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      batches += 1;
      if (dieAt !== undefined && text.includes(dieAt)) throw new Error('it has died');
      if (hangAt !== undefined && text.includes(hangAt)) return;
      appendFileSync(path, text);
      done();
    },
    final(done) {
      if (endHangs) return;
      appendFileSync(path, `{"final":${batches > 0}}\n`);
      done();
    },
  });
};
