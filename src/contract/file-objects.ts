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

/** A file that arrives in parts. */
export interface Upload {
  id: string;
  object: "upload";
  /** What its parts must hold together when it is completed. */
  bytes: number;
  created_at: number;
  /** From then on it takes no parts and is not completed any more. */
  expires_at: number;
  filename: string;
  purpose: UploadPurpose;
  status: "pending" | "completed" | "cancelled" | "expired";
  /** What has become of it; left out until it is completed. */
  file?: File;
}

/** Some of the bytes of an upload. Its place among them is said when the upload is completed. */
export interface UploadPart {
  id: string;
  object: "upload.part";
  created_at: number;
  upload_id: string;
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
  /** Some of the bytes, from one place to another, both included; left out where only all can be had. */
  range?(first: number, last: number): AsyncIterable<Uint8Array>;
}
