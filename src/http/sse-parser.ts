/** Server-Sent Events from bytes, however they are cut. Pure but for what it keeps of the last piece. */

/** One record: the event's name, `message` where it has none, and its data. */
export interface SseRecord {
  event: string;
  data: string;
}

/** Characters of one record; far more than the longest message in one event. */
const MAX_RECORD = 32 * 1024 * 1024;

const LINE_END = /\r\n|\r|\n/g;

/** The fields of a record; a comment has none. */
const FIELDS = ["data", "event", "id", "retry", ""];

export class SseParser {
  readonly #maxRecord: number;
  readonly #onStray: (line: string) => void;
  // A byte order mark at the beginning is left out.
  readonly #utf8 = new TextDecoder();
  #line = "";
  #afterReturn = false;
  #event = "";
  #data: string[] = [];
  #size = 0;

  /** @param onStray told of each line that belongs to no record, as a proxy's page has them */
  constructor(maxRecord = MAX_RECORD, onStray: (line: string) => void = () => {}) {
    this.#maxRecord = maxRecord;
    this.#onStray = onStray;
  }

  /**
   * The records that these bytes complete. What the bytes leave open waits for the next ones.
   * @throws RangeError for a record that is too large to be kept
   */
  push(bytes: Uint8Array): SseRecord[] {
    const decoded = this.#utf8.decode(bytes, { stream: true });
    if (decoded === "") return [];
    // The second half of a line end that was cut in two.
    const text = this.#afterReturn && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    this.#afterReturn = decoded.endsWith("\r");
    const records: SseRecord[] = [];
    let start = 0;
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      const record = this.#endLine(this.#line + text.slice(start, index));
      if (record) records.push(record);
      this.#line = "";
      start = index + end.length;
    }
    // Only the new part is looked through, so that a long line in many pieces stays cheap.
    this.#line += text.slice(start);
    if (this.#line.length + this.#size > this.#maxRecord) this.#refuse();
    return records;
  }

  /** The record that was not completed when the bytes ended; null where there is none. */
  end(): SseRecord | null {
    const line = this.#line;
    this.#line = "";
    return (line === "" ? null : this.#endLine(line)) ?? this.#endRecord();
  }

  #endLine(line: string): SseRecord | null {
    if (line === "") return this.#endRecord();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "data") {
      this.#data.push(value);
      this.#size += value.length + 1;
      if (this.#size > this.#maxRecord) this.#refuse();
    }
    // Comments, which begin with the colon, and the fields id and retry mean nothing here.
    if (!FIELDS.includes(field)) this.#onStray(line);
    return null;
  }

  #endRecord(): SseRecord | null {
    const record = { event: this.#event || "message", data: this.#data.join("\n") };
    const empty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    this.#size = 0;
    return empty ? null : record;
  }

  #refuse(): never {
    throw new RangeError(`a record has more than ${this.#maxRecord} characters`);
  }
}
