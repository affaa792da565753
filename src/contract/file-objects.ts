/** Files and their bytes. */

export type UploadPurpose = "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";

/** A file that was uploaded. */
export interface File {
  id: string;
  object: "file";
  /** Its size. */
  bytes: number;
  created_at: number;
  /** Left out where it is kept until somebody deletes it. */
  expires_at?: number;
  filename: string;
  purpose: UploadPurpose | "assistants_output" | "batch_output" | "fine-tune-results";
  status: "uploaded" | "processed" | "error";
  /** Left out where there is nothing to say. */
  status_details?: string;
}

/** The bytes of a file. */
export interface FileContent {
  /**
   * Can be read once. Rejects where it cannot be read to the end; who stops reading lets go of what stands behind it.
   */
  content: AsyncIterable<Uint8Array>;
  /** The media type. */
  type: string;
  /** How many there are; null where a server does not say. */
  bytes: number | null;
  /** The file's name; null where a server does not say. */
  name: string | null;
}
