import { MAX_CHARACTERS, tooMuchText } from "../unreadable-file.ts";
import { attribute, type XmlReader } from "./scan-xml.ts";

/** Elements whose text is not shown here: what was moved away, and what old programs show instead. */
const HIDDEN = new Set(["Fallback", "moveFrom"]);
/** Where tabs are no characters but places for them. */
const SETTINGS = new Set(["pPr", "lstStyle"]);
/** Boxes of a slide with its number, date and the like. */
const FURNITURE = new Set(["sldNum", "dt", "ftr", "hdr"]);

/**
 * The paragraphs and tables of Word and PowerPoint, in the order in which they stand: a paragraph is a line, and
 * so is a row of a table, its cells separated.
 */
export class Paragraphs implements XmlReader {
  /** What is being filled: the text, within it a cell or a box, within that another. */
  readonly #open: string[][] = [[]];
  readonly #rows: string[][] = [];
  readonly #notes: Map<string, string>;
  #referred: string[] = [];
  #line = "";
  #inText = false;
  #hidden = 0;
  #settings = 0;
  #furniture = false;
  #length = 0;

  /** @param notes by the name of the element that refers to them and their id; each is put in once */
  constructor(notes: ReadonlyMap<string, string> = new Map()) {
    this.#notes = new Map(notes);
  }

  /** What has been read, when the document is at its end. */
  toString(): string {
    return this.#open.flat().join("\n").trim();
  }

  open(name: string, attributes: string): void {
    if (HIDDEN.has(name)) this.#hidden += 1;
    if (SETTINGS.has(name)) this.#settings += 1;
    if (this.#hidden > 0) return;
    if (name === "t") this.#inText = true;
    else if (name === "tab" && this.#settings === 0) this.#line += "\t";
    else if (name === "br" || name === "cr") this.#line += "\n";
    else if (name === "noBreakHyphen") this.#line += "-";
    else if (name === "tbl") this.#put("");
    else if (name === "tr") this.#rows.push([]);
    else if (name === "tc" || name === "sp") this.#open.push([]);
    else if (name === "ph") this.#furniture = FURNITURE.has(attribute(attributes, "type") ?? "");
    else if (name.endsWith("noteReference")) this.#refer(`${name} ${attribute(attributes, "id")}`);
  }

  text(text: string): void {
    if (this.#inText && this.#hidden === 0) this.#line += text;
  }

  close(name: string): void {
    if (SETTINGS.has(name)) this.#settings -= 1;
    if (HIDDEN.has(name)) this.#hidden -= 1;
    if (this.#hidden > 0) return;
    if (name === "t") this.#inText = false;
    else if (name === "p") this.#endParagraph();
    else if (name === "tc") this.#rows.at(-1)?.push(cell(this.#filled()));
    else if (name === "tr") this.#put((this.#rows.pop() ?? []).join(" | "));
    else if (name === "tbl") this.#put("");
    else if (name === "sp") this.#endBox();
  }

  #put(line: string): void {
    this.#length += line.length + 1;
    if (this.#length > MAX_CHARACTERS) throw tooMuchText();
    this.#open.at(-1)?.push(line);
  }

  /** The lines of the innermost cell or box, which ends. */
  #filled(): string[] {
    return this.#open.length > 1 ? (this.#open.pop() ?? []) : [];
  }

  #endParagraph(): void {
    this.#put(this.#line);
    for (const note of this.#referred) this.#put(note);
    this.#referred = [];
    this.#line = "";
  }

  #endBox(): void {
    const lines = this.#filled();
    if (!this.#furniture) for (const line of lines) this.#put(line);
    this.#furniture = false;
  }

  #refer(reference: string): void {
    const note = this.#notes.get(reference);
    if (note === undefined) return;
    this.#notes.delete(reference);
    this.#referred.push(note);
  }
}

const cell = (lines: string[]) => lines.join(" ").replace(/\s+/g, " ").trim();
