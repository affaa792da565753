/** The text of a document of Word, PowerPoint or Excel: each is an archive of XML parts. */
import { UnreadableFile } from "../unreadable-file.ts";
import { mainPart, type OfficeKind } from "./office-document.ts";
import { textOfSheets } from "./sheets-text.ts";
import { textOfSlides } from "./slides-text.ts";
import { textOfWord } from "./word-text.ts";
import { ZipArchive } from "./zip-archive.ts";

const READERS: Readonly<Record<OfficeKind, (archive: ZipArchive, main: string) => string>> = {
  word: textOfWord,
  slides: textOfSlides,
  sheets: textOfSheets,
};

/** @throws UnreadableFile where it is broken, too large, or an archive of something else */
export function textOfOffice(bytes: Buffer): string {
  const archive = new ZipArchive(bytes);
  const main = mainPart(archive);
  if (!main) {
    throw new UnreadableFile(
      "unsupported_file",
      "The file is an archive and no document of Word, PowerPoint or Excel. Upload what is in it.",
    );
  }
  return READERS[main.kind](archive, main.name);
}
