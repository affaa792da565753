/** Why a file has no text that could be searched; the sentence is shown to whoever asks after the file. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly code: "unsupported_file" | "invalid_file";

  constructor(code: UnreadableFile["code"], message: string) {
    super(message);
    this.code = code;
  }
}
