// Packed numbers: base64 of typed arrays, lowest byte first, and sequences of classes in run-length code.

export const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
export const wholesOf = text => new Int32Array(bytesOf(text).buffer);
export const smallsOf = text => new Uint16Array(bytesOf(text).buffer);
export const countsOf = text => new Uint32Array(bytesOf(text).buffer);
export const realsOf = text => new Float32Array(bytesOf(text).buffer);

// The class is in the upper three bits; a length - 1 of 31 continues in bytes of seven bits, the lowest first.
export const classesOf = (bytes, from, to, size) => {
  const classes = new Uint8Array(size);
  let done = 0;
  for (let at = from; at < to;) {
    const code = bytes[at++];
    let length = (code & 31) + 1;
    if (length === 32) {
      let shift = 0, part;
      do {
        part = bytes[at++];
        length += (part & 127) * 2 ** shift;
        shift += 7;
      } while (part > 127);
    }
    classes.fill(code >> 5, done, done + length);
    done += length;
  }
  return classes;
};
