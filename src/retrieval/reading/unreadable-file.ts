/** Why a file has no text that could be searched; the sentence is shown to whoever asks after the file. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly code: "unsupported_file" | "invalid_file";

  constructor(code: UnreadableFile["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Tokens that a file may have, and characters that are more than that in any script. */
export const MAX_TOKENS = 5_000_000;
export const MAX_CHARACTERS = MAX_TOKENS * 4;

export const tooMuchText = () =>
  new UnreadableFile("invalid_file", `The file has more than ${MAX_TOKENS} tokens. Split it.`);
