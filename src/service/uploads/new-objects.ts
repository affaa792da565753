import { idPrefixes, newId } from "../../contract/ids.ts";
import type { Upload, UploadPart } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";

/** Seconds that an upload takes parts. */
const LIFETIME = 3600;

/** @param now Unix seconds, here and below */
export function newUpload(
  { filename, purpose, bytes }: Pick<Request<"CreateUpload">, "filename" | "purpose" | "bytes">,
  now: number,
): Upload {
  return {
    id: newId(idPrefixes.upload_id),
    object: "upload",
    bytes,
    created_at: now,
    expires_at: now + LIFETIME,
    filename,
    purpose,
    status: "pending",
  };
}

/** @param id that of its bytes on the disk */
export function newUploadPart(id: string, upload_id: string, now: number): UploadPart {
  return { id, object: "upload.part", created_at: now, upload_id };
}
