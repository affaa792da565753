/** What Excel shows of the numbers that it keeps: a date is a number of days, as its format tells. Pure. */
import { attribute, type XmlReader } from "./scan-xml.ts";

export type CellFormat = "number" | "date" | "percent";

/** Formats that every workbook has without saying so; those of East Asian calendars among them. */
const BUILT_IN: readonly [first: number, last: number, format: CellFormat][] = [
  [9, 10, "percent"],
  [14, 22, "date"],
  [27, 36, "date"],
  [45, 47, "date"],
  [50, 58, "date"],
];

/** Reads the formats of a workbook: which one a cell has is its place in the list. */
export class CellFormats implements XmlReader {
  readonly #custom = new Map<string, CellFormat>();
  readonly #formats: CellFormat[] = [];
  #ofCells = false;

  at(place: number): CellFormat {
    return this.#formats[place] ?? "number";
  }

  open(name: string, attributes: string): void {
    const id = attribute(attributes, "numFmtId") ?? "0";
    if (name === "numFmt") this.#custom.set(id, formatOfCode(attribute(attributes, "formatCode") ?? ""));
    else if (name === "cellXfs") this.#ofCells = true;
    else if (name === "xf" && this.#ofCells) this.#formats.push(this.#custom.get(id) ?? builtIn(Number(id)));
  }

  close(name: string): void {
    if (name === "cellXfs") this.#ofCells = false;
  }
}

const builtIn = (id: number): CellFormat =>
  BUILT_IN.find(([first, last]) => id >= first && id <= last)?.[2] ?? "number";

/** What stands in quotes, behind a backslash or in brackets is no part of a date. */
function formatOfCode(code: string): CellFormat {
  const bare = code.replace(/"[^"]*"|\\.|_.|\[[^\]]*\]/g, "");
  if (/[ymdhs]/i.test(bare) && !/general/i.test(bare)) return "date";
  return bare.includes("%") ? "percent" : "number";
}

const DAY_MS = 86_400_000;
/** Days from the beginning of Excel's calendar to 1970, and what a calendar that begins in 1904 is behind. */
const EPOCH_DAYS = 25_569;
const BEHIND_1904 = 1_462;
/** The last day that Excel knows. */
const LAST_DAY = 2_958_465;

/** A number as a reader of the sheet understands it. */
export function shownNumber(written: string, format: CellFormat, since1904: boolean): string {
  const value = Number(written);
  if (written.trim() === "" || !Number.isFinite(value)) return written;
  if (format === "percent") return `${exact(value * 100)}%`;
  if (format === "date" && value >= 0 && value <= LAST_DAY) return shownDate(value, since1904);
  return exact(value);
}

function shownDate(days: number, since1904: boolean): string {
  const first = since1904 ? EPOCH_DAYS - BEHIND_1904 : EPOCH_DAYS;
  const [date = "", time = ""] = new Date(Math.round(((days - first) * DAY_MS) / 1000) * 1000)
    .toISOString()
    .slice(0, 19)
    .split("T");
  if (days < 1) return time;
  return Number.isInteger(days) ? date : `${date} ${time}`;
}

/** Without what only binary fractions add: 0.30000000000000004 is 0.3. */
const exact = (value: number) => String(Number(value.toPrecision(15)));
