/** From a file's bytes to the text that is searched, by what its name says it is. Pure. */
import { decodeText } from "./decode-text.ts";
import { textOfHtml } from "./html-text.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** What is read at most: more bytes hold more tokens than a file may have. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** Kinds of files that are no text, by the ends of their names, and what to do about them. */
const OTHER_KINDS: readonly { ends: readonly string[]; advice: string }[] = [
  {
    ends: ["pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "xls", "xlsx", "ods", "epub", "pages"],
    advice: "Save it as text, Markdown, HTML or CSV and upload that.",
  },
  {
    ends: ["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic", "avif", "ico"],
    advice: "Pictures are not searched; upload the text that they show.",
  },
  {
    ends: ["mp3", "wav", "ogg", "flac", "m4a", "mp4", "mov", "avi", "mkv", "webm"],
    advice: "Sound and films are not searched; upload a transcript.",
  },
  {
    ends: ["zip", "gz", "tgz", "tar", "bz2", "xz", "7z", "rar", "zst", "jar", "exe", "dll", "so", "iso"],
    advice: "Unpack it and upload the files of text in it.",
  },
];

const HTML = ["html", "htm", "xhtml"];

/**
 * Before anything is read.
 * @throws UnreadableFile where a file of this name and size has no text that is searched
 */
export function checkKind(name: string, bytes: number): void {
  const end = endOfName(name);
  const other = OTHER_KINDS.find(({ ends }) => ends.includes(end));
  if (other) {
    throw new UnreadableFile(
      "unsupported_file",
      `A file of the kind .${end} cannot be read. ${other.advice}`,
    );
  }
  if (bytes > MAX_TEXT_BYTES) {
    throw new UnreadableFile(
      "invalid_file",
      `The file has more than ${MAX_TEXT_BYTES} bytes of text. Split it.`,
    );
  }
}

/** @throws UnreadableFile where there is no text to be had */
export function textOfFile(name: string, bytes: Uint8Array): string {
  checkKind(name, bytes.length);
  const html = HTML.includes(endOfName(name));
  const decoded = decodeText(bytes, html ? declaredEncoding(bytes) : undefined);
  const text = (html ? textOfHtml(decoded) : decoded).replace(/\r\n?/g, "\n");
  if (text.trim() === "") throw new UnreadableFile("invalid_file", "There is no text in the file.");
  return text;
}

const endOfName = (name: string) => /\.([^.]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? "";

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  return /charset\s*=\s*["']?([\w-]+)/i.exec(beginning)?.[1];
}
