import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { FileReader } from "../../src/retrieval/reading/file-reader.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { packedBomb, pdf, WORD, word, zip } from "./made-documents.ts";
import { DOCUMENTS, outcomeOf, refusalOf } from "./reading.ts";

const MB = 1024 * 1024;
const PARAGRAPH = "<w:p><w:r><w:t>x</w:t></w:r></w:p>";
const document = (name: string) => readFileSync(join(DOCUMENTS, name));
const drawn = (packed: Buffer) => pdf(packed, "/Filter/FlateDecode");

/** Three gigabytes, packed into a few kilobytes. */
const bomb = (piece: string) => packedBomb(Buffer.alloc(3 * MB, piece), 1000);

const BOMB: Parameters<typeof zip>[0] = [
  WORD,
  { name: "word/document.xml", content: "", packed: bomb(PARAGRAPH) },
];
const LAUGHS =
  '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w:document><w:p><w:t>&b;</w:t></w:p></w:document>';

const HOSTILE: { what: string; name: string; content: () => Buffer; code: string; says: RegExp }[] = [
  {
    what: "a zip bomb",
    name: "a.docx",
    content: () => zip(BOMB),
    code: "invalid_file",
    says: /unpacks to more than/,
  },
  {
    what: "twenty thousand parts",
    name: "a.docx",
    content: () => zip(Array.from({ length: 20_000 }, (_, index) => ({ name: `${index}`, content: "" }))),
    code: "invalid_file",
    says: /parts/,
  },
  {
    what: "millions of empty paragraphs",
    name: "a.docx",
    content: () => word("<w:p/>".repeat(21_000_000)),
    code: "invalid_file",
    says: /tokens/,
  },
  {
    what: "entities that multiply",
    name: "a.docx",
    content: () => zip([WORD, { name: "word/document.xml", content: LAUGHS }]),
    code: "invalid_file",
    says: /entities/,
  },
  {
    what: "a Word document that is cut off",
    name: "a.docx",
    content: () => document("manual.docx").subarray(0, 4000),
    code: "invalid_file",
    says: /cut off/,
  },
  {
    what: "a Word document with a torn part",
    name: "a.docx",
    content: () => zip([WORD, { name: "word/document.xml", content: "<w:document><w:p>" }]),
    code: "invalid_file",
    says: /broken/,
  },
  {
    what: "an archive of something else",
    name: "a.docx",
    content: () => zip([{ name: "../../etc/passwd", content: "root" }]),
    code: "unsupported_file",
    says: /archive/,
  },
  {
    what: "a PDF that unpacks to gigabytes",
    name: "a.pdf",
    content: () => drawn(Buffer.concat([Buffer.from([0x78, 0x9c]), bomb(" ")])),
    code: "invalid_file",
    says: /memory/,
  },
  {
    what: "a PDF that is cut off",
    name: "a.pdf",
    content: () => document("manual.pdf").subarray(0, 20_000),
    code: "invalid_file",
    says: /cut off/,
  },
  {
    what: "a PDF without text",
    name: "a.pdf",
    content: () => pdf(Buffer.alloc(0)),
    code: "invalid_file",
    says: /no text.*OCR/,
  },
  {
    what: "no PDF though its name says so",
    name: "a.pdf",
    content: () => Buffer.from("hello"),
    code: "invalid_file",
    says: /named \.pdf/,
  },
  {
    what: "a picture named .txt",
    name: "a.txt",
    content: () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 3, 0xff]),
    code: "unsupported_file",
    says: /not text/,
  },
];

describe("a file that means harm", () => {
  const reader = new FileReader();
  after(() => reader.close());

  async function nextIsRead(directory: string) {
    assert.deepEqual(await outcomeOf(reader, directory, "next.txt", Buffer.from("apple")), { text: "apple" });
  }

  for (const { what, name, content, code, says } of HOSTILE) {
    it(`being ${what} is refused with a sentence, and the next is read`, async () => {
      await using directory = await temporaryDirectory();
      const { code: found, message } = await outcomeOf(reader, directory.path, name, content());
      assert.equal(found, code, message);
      assert.match(message ?? "", says);
      await nextIsRead(directory.path);
    }).timeout(90_000);
  }

  for (const name of ["huge.txt", "huge.pdf", "huge.docx"]) {
    it(`of a gigabyte named ${name} is refused before it is read`, async () => {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, "file");
      await writeFile(
        path,
        name === "huge.docx" ? "PK\u0003\u0004" : name === "huge.pdf" ? "%PDF-1.7" : "text",
      );
      await truncate(path, 1024 * MB);
      const began = performance.now();
      const { message } = await refusalOf(reader, path, name);
      assert.match(message ?? "", /more than \d+ MB/);
      assert.ok(performance.now() - began < 5000);
    });
  }

  it("takes only its time", async () => {
    await using directory = await temporaryDirectory();
    const patient = new FileReader(5000);
    const slow = Buffer.from(`BT /F1 9 Tf ${"(abc def) Tj 0 -1 Td ".repeat(9_000_000)}ET`);
    const { message } = await outcomeOf(patient, directory.path, "slow.pdf", drawn(deflateSync(slow)));
    assert.match(message ?? "", /within 5 s/);
    assert.deepEqual(await outcomeOf(patient, directory.path, "a.txt", Buffer.from("apple")), {
      text: "apple",
    });
    patient.close();
  }).timeout(60_000);
});
