/** A file that an operation takes as one of its parameters. */
export interface FileToUpload {
  /** Its name without a path; what stands before the last slash or backslash is dropped by the service. */
  name: string;
  /** Its media type; `application/octet-stream` unless given. */
  type?: string;
  /** Its bytes. What is no Uint8Array can be read once, so a call that fails on the way is not repeated with it. */
  content: Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * More of the operation's parameters, where they are known only when the content has been read to its end: the
   * fields of a form may follow its file. Nobody else needs it.
   */
  later?(): Record<string, unknown>;
}

/** The media type of bytes of which nothing is known. */
export const UNKNOWN_TYPE = "application/octet-stream";
