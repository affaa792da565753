/** Server-Sent Events as a judge reads them: every frame must be one, and the last must say that it is the last. */
import { END_OF_STREAM } from "../../src/contract/events.ts";

export interface Frame {
  readonly event: string;
  readonly data: unknown;
}

export class EventFrames {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** The frames that have come to their end with these bytes. Comments, which keep a stream alive, are none. */
  take(bytes: Uint8Array): Frame[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const parts = this.#rest.split("\n\n");
    this.#rest = parts.pop() ?? "";
    return parts.filter((part) => !part.startsWith(":")).map(frameOf);
  }
}

function frameOf(text: string): Frame {
  const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(text) ?? [];
  if (event === undefined || data === undefined) return { event: "a frame that is no event", data: text };
  return { event, data: event === END_OF_STREAM.event ? data : JSON.parse(data) };
}
