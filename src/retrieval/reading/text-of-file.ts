/** From a file's bytes to the text that is searched. */
import { decodeText } from "./decode-text.ts";
import type { FileKind } from "./file-kind.ts";
import { textOfHtml } from "./html-text.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** How each kind is read. What reads documents is loaded with the first of them. */
const READERS: Readonly<Record<FileKind, (bytes: Buffer) => string | Promise<string>>> = {
  text: (bytes) => decodeText(bytes),
  html: (bytes) => textOfHtml(decodeText(bytes, declaredEncoding(bytes))),
  pdf: async (bytes) => (await import("./pdf-text.ts")).textOfPdf(bytes),
  office: async (bytes) => (await import("./office/office-text.ts")).textOfOffice(bytes),
  old_office: refuseOldOffice,
};

/** @throws UnreadableFile where there is no text to be had */
export async function textOfFile(kind: FileKind, bytes: Buffer): Promise<string> {
  const text = (await READERS[kind](bytes)).replace(/\r\n?/g, "\n");
  if (text.trim() === "") throw new UnreadableFile("invalid_file", "There is no text in the file.");
  return text;
}

/** The container of documents before 2007 is also what encrypted ones of today are put into. */
function refuseOldOffice(bytes: Buffer): never {
  if (bytes.includes(Buffer.from("EncryptedPackage", "utf16le"))) {
    throw new UnreadableFile(
      "invalid_file",
      "The document is locked with a password. Save it without one and upload that.",
    );
  }
  throw new UnreadableFile(
    "unsupported_file",
    "The document is of a program before 2007. Save it as .docx, .pptx or .xlsx and upload that.",
  );
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  return /charset\s*=\s*["']?([\w-]+)/i.exec(beginning)?.[1];
}
