/** Takes out what a model thinks aloud between tags at the beginning of its answer, as text servers let it through. */

const TAGS = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
] as const;

export class ThinkTags {
  #state: "beginning" | "thinking" | "answering" = "beginning";
  #held = "";
  #end = "";
  #thought = "";

  /** What of the text so far belongs to the answer; it holds back what may still turn out to be a tag. */
  answer(text: string): string {
    if (this.#state === "answering") return text;
    this.#held += text;
    if (this.#state === "beginning") this.#begin();
    return this.#state === "thinking" ? this.#skip() : this.#release();
  }

  /**
   * What was held back, when nothing more comes.
   * @param called whether the model has called something: if not, an answer that never came out of its tag, be it that
   *   its tokens ran out, is better than none
   */
  rest(called: boolean): string {
    if (this.#state === "thinking" && called) return "";
    const held = this.#thought + this.#held;
    return held.trim() === "" ? "" : held;
  }

  #begin(): void {
    const start = this.#held.trimStart();
    const tag = TAGS.find(([open]) => start.startsWith(open));
    if (tag) {
      this.#state = "thinking";
      this.#held = start.slice(tag[0].length);
      this.#end = tag[1];
    } else if (!TAGS.some(([open]) => open.startsWith(start))) this.#state = "answering";
  }

  #release(): string {
    if (this.#state !== "answering") return "";
    const released = this.#held;
    this.#held = "";
    return released;
  }

  #skip(): string {
    const at = this.#held.indexOf(this.#end);
    if (at < 0) {
      this.#thought += this.#held.slice(0, -this.#end.length);
      this.#held = this.#held.slice(-this.#end.length);
      return "";
    }
    this.#thought = "";
    const after = this.#held.slice(at + this.#end.length).trimStart();
    this.#held = after;
    // The answer begins with its first visible character.
    if (after === "") {
      this.#end = "";
      return "";
    }
    this.#state = "answering";
    return this.#release();
  }
}
