import { relationsOf, scanPart } from "./office-document.ts";
import { Paragraphs } from "./paragraphs.ts";
import { attribute } from "./scan-xml.ts";
import type { ZipArchive } from "./zip-archive.ts";

/** The text of a Word document, each footnote behind the paragraph that refers to it. */
export function textOfWord(archive: ZipArchive, main: string): string {
  const relations = relationsOf(archive, main);
  const notes = new Map<string, string>();
  for (const [type, element] of [
    ["footnotes", "footnote"],
    ["endnotes", "endnote"],
  ] as const) {
    const part = relations.find((relation) => relation.type === type);
    readNotes(archive, part?.name, element, notes);
  }
  const paragraphs = new Paragraphs(notes);
  scanPart(archive, main, paragraphs);
  return paragraphs.toString();
}

function readNotes(
  archive: ZipArchive,
  part: string | undefined,
  element: string,
  notes: Map<string, string>,
): void {
  let note = new Paragraphs();
  let id: string | undefined;
  scanPart(archive, part, {
    open(name, attributes) {
      if (name === element) {
        id = attribute(attributes, "id");
        note = new Paragraphs();
      }
      note.open(name, attributes);
    },
    text: (text) => note.text(text),
    close(name) {
      note.close(name);
      if (name === element && note.toString() !== "") notes.set(`${element}Reference ${id}`, note.toString());
    },
  });
}
