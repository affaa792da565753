/** Texts in encodings from before Unicode, which Node can read and not write. */
const tables = new Map<string, Map<string, Buffer>>();

/** The bytes of a text whose characters take one or two bytes in this encoding. */
export function legacyBytes(text: string, encoding: string): Buffer {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Buffer.concat([...text].map((character) => table.get(character) ?? missing(character, encoding)));
}

function tableOf(encoding: string): Map<string, Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, Buffer>();
  const add = (...bytes: number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !table.has(character)) table.set(character, Buffer.from(bytes));
    } catch {
      // Not every pair of bytes is a character.
    }
  };
  for (let byte = 0; byte < 256; byte += 1) add(byte);
  for (let lead = 0x81; lead < 255; lead += 1)
    for (let trail = 0x40; trail < 255; trail += 1) add(lead, trail);
  return table;
}

function missing(character: string, encoding: string): never {
  throw new Error(`${character} does not exist in ${encoding}`);
}
