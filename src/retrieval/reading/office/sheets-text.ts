import { MAX_CHARACTERS, tooMuchText } from "../unreadable-file.ts";
import { CellFormats, shownNumber } from "./cell-values.ts";
import { relationsOf, scanPart } from "./office-document.ts";
import { attribute, type XmlReader } from "./scan-xml.ts";
import type { ZipArchive } from "./zip-archive.ts";

/** Of the empty columns between two cells, so many are shown. */
const MAX_GAP = 20;

interface Workbook {
  strings: string[];
  formats: CellFormats;
  since1904: boolean;
}

/** The text of a workbook: each sheet with its name, a row a line, formulas by their results. */
export function textOfSheets(archive: ZipArchive, main: string): string {
  const relations = relationsOf(archive, main);
  const partOf = (type: string) => relations.find((relation) => relation.type === type)?.name;
  const names = new Map<string, string>();
  const book: Workbook = { strings: [], formats: new CellFormats(), since1904: false };
  scanPart(archive, main, {
    open(name, attributes) {
      if (name === "sheet") names.set(attribute(attributes, "id") ?? "", attribute(attributes, "name") ?? "");
      if (name === "workbookPr") book.since1904 = /^(1|true)$/.test(attribute(attributes, "date1904") ?? "");
    },
  });
  scanPart(archive, partOf("sharedStrings"), sharedStrings(book.strings));
  scanPart(archive, partOf("styles"), book.formats);
  // A text that stands once in the file may be shown in every cell.
  let left = MAX_CHARACTERS;
  const sheets = [...names].map(([id, name]) => {
    const sheet = new Sheet(book, left);
    scanPart(archive, relations.find((relation) => relation.id === id)?.name, sheet);
    left -= sheet.length;
    return [name, ...sheet.rows].join("\n");
  });
  return sheets.join("\n\n");
}

/** The texts that cells refer to by their place. How Japanese words are spoken stands beside, as `rPh`. */
function sharedStrings(strings: string[]): XmlReader {
  let [text, inText, spoken] = ["", false, false];
  return {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") spoken = true;
      inText = name === "t" && !spoken;
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(name) {
      inText = false;
      if (name === "rPh") spoken = false;
      else if (name === "si") strings.push(cellText(text));
    },
  };
}

class Sheet implements XmlReader {
  readonly rows: string[] = [];
  length = 0;
  readonly #book: Workbook;
  readonly #most: number;
  #row: string[] = [];
  #column = 0;
  #cell = "";
  #value = "";
  #inValue = false;

  constructor(book: Workbook, most: number) {
    this.#book = book;
    this.#most = most;
  }

  open(name: string, attributes: string): void {
    if (name === "row") [this.#row, this.#column] = [[], 0];
    else if (name === "c") [this.#cell, this.#value] = [attributes, ""];
    this.#inValue = name === "v" || name === "t";
  }

  text(text: string): void {
    if (this.#inValue) this.#value += text;
  }

  close(name: string): void {
    this.#inValue = false;
    if (name === "c" && this.#value !== "") this.#endCell();
    else if (name === "row" && this.#row.length > 0) this.rows.push(this.#row.join(" | "));
  }

  #endCell(): void {
    const column = columnOf(attribute(this.#cell, "r")) ?? this.#column;
    const gap = Math.min(Math.max(column - this.#column, 0), MAX_GAP);
    for (let index = 0; index < gap; index += 1) this.#row.push("");
    this.#column = column + 1;
    const shown = this.#shown();
    this.#row.push(shown);
    this.length += shown.length + 3 * (gap + 1);
    if (this.length > this.#most) throw tooMuchText();
  }

  #shown(): string {
    const { strings, formats, since1904 } = this.#book;
    switch (attribute(this.#cell, "t")) {
      case "s":
        return strings[Number(this.#value)] ?? "";
      case "b":
        return this.#value === "1" ? "TRUE" : "FALSE";
      case "str":
      case "inlineStr":
      case "e":
        return cellText(this.#value);
      case "d":
        return this.#value;
      default:
        return shownNumber(this.#value, formats.at(Number(attribute(this.#cell, "s") ?? 0)), since1904);
    }
  }
}

/** Of `B7` 1; undefined where the cell does not say where it stands. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? "")?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** In one line, and with the characters that XML cannot hold, as Excel writes them. */
const cellText = (text: string) =>
  text
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(String(hex), 16)))
    .replace(/\s+/g, " ");
