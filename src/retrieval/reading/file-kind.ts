/** What a file is, by its first bytes and by its name. Pure. */
import { UnreadableFile } from "./unreadable-file.ts";

export type FileKind = "text" | "html" | "pdf" | "office" | "old_office";

/** How many of a file's first bytes are looked at. */
export const HEAD_BYTES = 1024;

const MB = 1024 * 1024;
/** What is read at most. Of text, more bytes hold more tokens than a file may have. */
const MAX_BYTES: Readonly<Record<FileKind, number>> = {
  text: 64 * MB,
  html: 64 * MB,
  pdf: 128 * MB,
  office: 128 * MB,
  old_office: 128 * MB,
};

/** Kinds of files that have no text to be read, by the ends of their names, and what to do about them. */
const OTHER_KINDS: readonly { ends: readonly string[]; advice: string }[] = [
  {
    ends: ["doc", "dot", "ppt", "pps", "xls", "xlt", "xlsb"],
    advice: "It is of before 2007. Save it as .docx, .pptx or .xlsx and upload that.",
  },
  {
    ends: ["odt", "ods", "odp", "rtf", "epub", "pages", "numbers", "key"],
    advice: "Save it as .docx, .pptx, .xlsx or PDF and upload that.",
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
const PDF = "pdf";
const OFFICE = ["docx", "docm", "dotx", "pptx", "pptm", "ppsx", "xlsx", "xlsm", "xltx"];

/**
 * What the content says goes before what the name says.
 * @throws UnreadableFile where it is no kind that is read, or not what its name says
 */
export function kindOfFile(name: string, head: Buffer): FileKind {
  const end = endOfName(name);
  if (/^\s*%PDF-/.test(head.toString("latin1", 0, 32)) || (end === PDF && head.includes("%PDF-")))
    return "pdf";
  const other = OTHER_KINDS.find(({ ends }) => ends.includes(end));
  // Documents of other programs and of Java are archives too: there the name decides.
  if (startsWith(head, "PK\u0003\u0004") && !other) return "office";
  if (startsWith(head, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1")) return "old_office";
  if (other || startsWith(head, "{\\rtf")) {
    const advice = other?.advice ?? "Save it as .docx or PDF and upload that.";
    throw new UnreadableFile(
      "unsupported_file",
      `A file of the kind .${other ? end : "rtf"} cannot be read. ${advice}`,
    );
  }
  if (end === PDF || OFFICE.includes(end)) {
    throw new UnreadableFile(
      "invalid_file",
      `The file is named .${end}, but it is none, or its beginning is missing. Save it anew and upload that.`,
    );
  }
  return HTML.includes(end) ? "html" : "text";
}

/** @throws UnreadableFile where the file is too large to be read */
export function checkSize(kind: FileKind, bytes: number): void {
  const most = MAX_BYTES[kind];
  if (bytes <= most) return;
  throw new UnreadableFile(
    "invalid_file",
    `The file has more than ${most / MB} MB, which are not read. Split it.`,
  );
}

const endOfName = (name: string) => /\.([^.]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? "";

const startsWith = (head: Buffer, mark: string) => head.toString("latin1", 0, mark.length) === mark;
