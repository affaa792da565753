/** The text of a PDF, by pdf.js, which is installed by those who read PDFs. */
import { fileURLToPath } from "node:url";
import type { PDFDocumentProxy, TextContent } from "pdfjs-dist/types/src/display/api.js";
import { MAX_CHARACTERS, tooMuchText, UnreadableFile } from "./unreadable-file.ts";

/** @throws UnreadableFile where pdf.js is not installed, the PDF is broken or locked, or has no text */
export async function textOfPdf(bytes: Buffer): Promise<string> {
  if (!/%%EOF|startxref/.test(bytes.toString("latin1", Math.max(0, bytes.length - 4096)))) {
    throw new UnreadableFile("invalid_file", "The PDF is cut off: its end is missing. Upload it again.");
  }
  const document = await openPdf(bytes);
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number).catch(throwBroken);
    pages.push(textOfPage(await page.getTextContent().catch(throwBroken)));
    page.cleanup();
    length += pages.at(-1)?.length ?? 0;
    if (length > MAX_CHARACTERS) throw tooMuchText();
  }
  const text = pages.join("\n\n");
  if (text.trim() === "") {
    throw new UnreadableFile(
      "invalid_file",
      "The PDF holds no text, only pictures of it. Have its text recognized (OCR) and upload the result.",
    );
  }
  return text;
}

async function openPdf(bytes: Buffer): Promise<PDFDocumentProxy> {
  const { pdfjs, directory } = await loadPdfjs();
  return pdfjs
    .getDocument({
      data: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      // The tables of Chinese, Japanese and Korean characters that a PDF may refer to without bringing them.
      cMapUrl: `${directory}cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${directory}standard_fonts/`,
      // Nothing is drawn: no fonts and no pictures.
      disableFontFace: true,
      useSystemFonts: false,
      maxImageSize: 1,
      verbosity: 0,
    })
    .promise.catch(throwBroken);
}

async function loadPdfjs() {
  let directory: string;
  try {
    directory = fileURLToPath(new URL(".", import.meta.resolve("pdfjs-dist/package.json"))).replaceAll(
      "\\",
      "/",
    );
  } catch {
    throw new UnreadableFile(
      "unsupported_file",
      "Reading PDF files takes the package pdfjs-dist, which is not installed. Run `npm install pdfjs-dist@6` " +
        "where this package is installed (for Node-RED, in its user directory), and add the file again.",
    );
  }
  // It is needed for drawing alone, but asked for when pdf.js is loaded.
  Object.assign(globalThis, { DOMMatrix: class {} });
  return { pdfjs: await import("pdfjs-dist/legacy/build/pdf.mjs"), directory };
}

/** Lines as they stand; words that go on in the next line are put together. */
function textOfPage({ items }: TextContent): string {
  const pieces = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""));
  return (
    pieces
      .join("")
      // Bullets of symbol fonts have no character of their own.
      .replace(/[\ue000-\uf8ff]/g, "")
      .replace(/(\p{Ll})[-\u00ad]\n(\p{Ll})/gu, "$1$2")
      .replace(FULL_LINE, "$1")
  );
}

/** Scripts without spaces break a line anywhere; one that is not full is a paragraph or heading of its own. */
const WITHOUT_SPACES = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー、，]";
const FULL_LINE = new RegExp(`(${WITHOUT_SPACES}{12})\\n(?=${WITHOUT_SPACES})`, "gu");

function throwBroken(error: unknown): never {
  const locked = error instanceof Error && error.name === "PasswordException";
  throw new UnreadableFile(
    "invalid_file",
    locked
      ? "The PDF is locked with a password. Save it without one and upload that."
      : "The PDF is broken. Save or print it anew as a PDF and upload that.",
  );
}
