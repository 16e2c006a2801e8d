// Typed arrays out of the page's base64 blocks, and classes out of their runs.

export const unpackText = (text, Type) => {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Type(bytes.buffer);
};

export const unpack = (id, Type) => {
  const block = document.getElementById(id);
  return block ? unpackText(block.textContent, Type) : new Type(0);
};

// A byte is a class (upper three bits) and a length - 1 (lower five); 31 is followed by the rest, seven bits a byte.
export const readClasses = (bytes, from, to, into) => {
  let at = 0;
  for (let i = from; i < to; i++) {
    const held = bytes[i] >> 5;
    let length = (bytes[i] & 31) + 1;
    if (length === 32) {
      let shift = 0, part = 0;
      do {
        part = bytes[++i];
        length += (part & 127) * 2 ** shift;
        shift += 7;
      } while (part & 128);
    }
    into.fill(held, at, at + length);
    at += length;
  }
  return at;
};
