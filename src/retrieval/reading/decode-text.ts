/** Bytes to text, whatever encoding they are in. */
import { COMMON_CHARACTERS } from "./common-characters.ts";
import { UnreadableFile } from "./unreadable-file.ts";

const MARKS: [encoding: string, bytes: readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** How much of a file is looked at to tell text from other things. */
const SAMPLE = 4096;

/** What takes all bytes that are neither UTF-8 nor in an encoding of East Asia. */
const LAST_RESORT = "windows-1252";

/**
 * The text of a file. A declared encoding, such as that of an HTML page, counts where no mark says otherwise.
 * @throws UnreadableFile where the bytes are no text
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const encoding = markedEncoding(bytes) ?? sixteenBits(bytes) ?? usable(declared, bytes) ?? guessed(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (looksBinary(text)) {
    throw new UnreadableFile(
      "unsupported_file",
      "The file is not text, nor any kind of document that is read. Upload text, PDF, .docx, .pptx or .xlsx.",
    );
  }
  return text;
}

const markedEncoding = (bytes: Uint8Array) =>
  MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];

/** Text of Latin script in UTF-16 has a zero in every other place, always the same one. */
function sixteenBits(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  const pairs = Math.floor(sample.length / 2);
  if (pairs < 2) return undefined;
  let [even, odd] = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0 && index % 2 === 0) even += 1;
    else if (byte === 0) odd += 1;
  });
  if (odd > pairs * 0.3 && even < pairs * 0.05) return "utf-16le";
  return even > pairs * 0.3 && odd < pairs * 0.05 ? "utf-16be" : undefined;
}

function usable(encoding: string | undefined, bytes: Uint8Array): string | undefined {
  return encoding !== undefined && decodes(bytes, encoding) ? encoding : undefined;
}

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function guessed(bytes: Uint8Array): string {
  if (decodes(bytes, "utf-8")) return "utf-8";
  const scored = COMMON_CHARACTERS.filter(([encoding]) => decodes(bytes, encoding)).map(
    ([encoding, common]) => ({
      encoding,
      score: plausibility(new TextDecoder(encoding).decode(bytes.subarray(0, SAMPLE)), common),
    }),
  );
  const best = scored.sort((left, right) => right.score - left.score)[0];
  return best && best.score > PLAUSIBLE ? best.encoding : LAST_RESORT;
}

/** The share of common characters among those beyond ASCII that makes an encoding credible. */
const PLAUSIBLE = 0.2;

function plausibility(text: string, common: ReadonlySet<string>): number {
  const beyond = [...text].filter((character) => character > "\u007f");
  return beyond.length === 0 ? 0 : beyond.filter((character) => common.has(character)).length / beyond.length;
}

/** Control characters that no text has, or what no encoding could make of it. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, SAMPLE * 4);
  let strange = 0;
  for (let index = 0; index < sample.length; index += 1) {
    const code = sample.charCodeAt(index);
    if ((code < 0x20 && ![9, 10, 12, 13, 27].includes(code)) || code === 0xfffd) strange += 1;
  }
  return strange > sample.length * 0.005;
}
