/** What reading a file asks of the process that everything else runs in. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileReader } from "../../src/retrieval/reading/file-reader.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { word } from "./made-documents.ts";
import { DOCUMENTS, outcomeOf, textOf } from "./reading.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const MB = 1024 * 1024;

/** One whose program lies where nothing of ours is installed. */
async function readerElsewhere(directory: string): Promise<FileReader> {
  await writeFile(join(directory, "package.json"), '{"type":"module"}');
  for (const part of ["src/retrieval", "src/models/tokens.ts", "src/models/stop-words.ts"]) {
    await cp(join(ROOT, part), join(directory, part), { recursive: true });
  }
  const elsewhere = pathToFileURL(join(directory, "src/retrieval/reading/file-reader.ts")).href;
  const module: typeof import("../../src/retrieval/reading/file-reader.ts") = await import(elsewhere);
  return new module.FileReader();
}

describe("reading", () => {
  it("of a document of 20 MB neither holds up this process nor fills its memory", async () => {
    await using directory = await temporaryDirectory();
    const paragraphs = Array.from({ length: 8000 }, (_, index) =>
      `Paragraph ${index} of ${index % 97}. `.repeat(5),
    );
    const body = paragraphs.map((text) => `<w:p><w:t>${text}</w:t></w:p>`).join("");
    const path = join(directory.path, "large.docx");
    await writeFile(path, word(body, { name: "word/media/photo.png", content: randomBytes(19 * MB) }));
    const reader = new FileReader();
    await outcomeOf(reader, directory.path, "first.txt", Buffer.from("The process has started."));
    const before = process.memoryUsage().external;
    const spent = process.cpuUsage();
    let [parts, most] = [0, 0];
    const size = { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 };
    for await (const { chunks } of reader.read({ path, name: "large.docx", size })) {
      parts += chunks.length > 0 ? 1 : 0;
      most = Math.max(most, process.memoryUsage().external - before);
    }
    reader.close();
    const { user, system } = process.cpuUsage(spent);
    assert.ok(parts > 30, `${parts} parts`);
    assert.ok(most < 10 * MB, `${most} bytes`);
    // Not by the clock: a machine that is busy with other things holds everything up.
    assert.ok((user + system) / parts < 25_000, `${(user + system) / parts} microseconds a part`);
  });

  it("ends when the reader is closed in the middle", async () => {
    const reader = new FileReader();
    const reading = textOf(reader, join(DOCUMENTS, "manual.pdf"), "manual.pdf");
    reader.close();
    await assert.rejects(reading, /stopped/);
  });

  it("by a library that fails behind its reader's back tells why, and goes on in another process", async () => {
    await using directory = await temporaryDirectory();
    const pdfjs = `export function getDocument() {
      setTimeout(() => { throw new Error("a glyph is missing"); });
      return { promise: new Promise(() => {}) };
    }`;
    const reader = await readerElsewhere(directory.path);
    const at = join(directory.path, "node_modules", "pdfjs-dist");
    await mkdir(join(at, "legacy", "build"), { recursive: true });
    await writeFile(join(at, "package.json"), '{"name":"pdfjs-dist"}');
    await writeFile(join(at, "legacy", "build", "pdf.mjs"), pdfjs);
    await assert.rejects(textOf(reader, join(DOCUMENTS, "manual.pdf"), "manual.pdf"), {
      message: "a glyph is missing",
    });
    assert.match(await textOf(reader, join(DOCUMENTS, "manual.docx"), "manual.docx"), /Pump XK-20/);
    reader.close();
  });

  it("of a PDF says what to install where that is missing, and goes on when it is there", async () => {
    await using directory = await temporaryDirectory();
    const { path } = directory;
    const reader = await readerElsewhere(path);
    const manual = join(DOCUMENTS, "manual.pdf");
    await assert.rejects(textOf(reader, manual, "manual.pdf"), {
      code: "unsupported_file",
      message: /npm install pdfjs-dist/,
    });
    assert.match(await textOf(reader, join(DOCUMENTS, "manual.docx"), "manual.docx"), /Pump XK-20/);
    await mkdir(join(path, "node_modules"));
    await symlink(join(ROOT, "node_modules", "pdfjs-dist"), join(path, "node_modules", "pdfjs-dist"));
    assert.match(await textOf(reader, manual, "manual.pdf"), /Pump XK-20/);
    reader.close();
  });
});
