/** Documents made for a test, byte by byte: those that no office program would write. */
import { constants, crc32, deflateRawSync } from "node:zlib";

export interface Part {
  name: string;
  content: string | Buffer;
  /** The content as it stands in the archive, where that is not the content packed. */
  packed?: Buffer;
}

/** A zip archive of these parts. */
export function zip(parts: readonly Part[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, packed = deflateRawSync(content) } of parts) {
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(title.length, 22);
    const file = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, title, packed]);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(at);
    directory.push(Buffer.from("PK\u0001\u0002\u0014\0"), common, Buffer.alloc(10), place, title);
    files.push(file);
    at += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, listed, end]);
}

/** What tells that an archive is a document of Word. */
export const WORD: Part = {
  name: "[Content_Types].xml",
  content:
    '<Types><Override PartName="/word/document.xml" ContentType="application/' +
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
};

/** A Word document with this in its body. */
export const word = (body: string, ...more: Part[]) =>
  zip([
    WORD,
    { name: "word/document.xml", content: `<w:document><w:body>${body}</w:body></w:document>` },
    ...more,
  ]);

/** Packed bytes that unpack to a piece, repeated as often as said, without ever holding that. */
export function packedBomb(piece: Buffer, times: number): Buffer {
  const block = deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: times }, () => block), Buffer.from([3, 0])]);
}

/** A PDF of one page that draws this; the page's font is F1. */
export function pdf(drawing: Buffer, settings = "", font = "/Type1/BaseFont/Helvetica"): Buffer {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${drawing.length}${settings}>>\nstream\n${drawing.toString("latin1")}\nendstream`,
    `<</Type/Font/Subtype${font}>>`,
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/MS-Gothic/FontDescriptor 7 0 R" +
      "/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>",
    "<</Type/FontDescriptor/FontName/MS-Gothic/Flags 4/FontBBox[0 0 1000 859]/ItalicAngle 0/StemV 80>>",
  ];
  const parts = ["%PDF-1.7\n", ...objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`)];
  const places = objects.map((_, index) => parts.slice(0, index + 1).join("").length);
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const start = parts.join("").length;
  const end = `trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(`${parts.join("")}xref\n0 ${size}\n0000000000 65535 f \n${table}${end}`, "latin1");
}
