import { plainName, plainType } from "../../contract/file-to-upload.ts";
import { idPrefixes } from "../../contract/ids.ts";
import type { ReceivedFile } from "../files/file-disk.ts";
import { newFile } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { endUpload, partsOf } from "../uploads/end-upload.ts";
import { newUpload, newUploadPart } from "../uploads/new-objects.ts";
import { checkRoom, findPending } from "../uploads/pending-upload.ts";
import { checkParts, wholeContent } from "../uploads/whole-content.ts";
import type { Handlers, OperationContext } from "./context.ts";

export const uploads: Handlers<"createUpload" | "addUploadPart" | "completeUpload" | "cancelUpload"> = {
  async createUpload({ store, now }, { filename, mime_type, expires_after, ...fields }) {
    const type = plainType("mime_type", mime_type);
    const object = newUpload({ ...fields, filename: plainName("filename", filename) }, now());
    const later = expires_after ? { expires_after } : {};
    await store.commit([{ insert: "upload", object, internal: { type, bytes: 0, parts: 0, ...later } }]);
    return object;
  },

  async addUploadPart({ store, uploadTurns, now }, { upload_id, data }) {
    const object = newUploadPart(data.id, upload_id, now());
    const add = async () => {
      const from = await findPending(store, upload_id, now());
      checkRoom(from, data.bytes);
      const { bytes, parts } = from.internal;
      const internal = { ...from.internal, bytes: bytes + data.bytes, parts: parts + 1 };
      return {
        result: object,
        changes: [
          { replace: "upload" as const, from, object: from.object, internal },
          { insert: "upload_part" as const, object, internal: { bytes: data.bytes } },
        ],
      };
    };
    // In turn: parts that arrive together would all change what the upload holds.
    return data.keep(() => uploadTurns.take(upload_id, () => commitFresh(store, add)));
  },

  completeUpload(context, { upload_id, part_ids, md5 }) {
    // In turn: the second of two would write the same file for nothing.
    return context.uploadTurns.take(upload_id, () => complete(context, upload_id, part_ids, md5));
  },

  cancelUpload(context, { upload_id }) {
    return endUpload(context, upload_id, { status: "cancelled" });
  },
};

/** Writes the parts into one file, which is there when the upload says so, and not before. */
async function complete(context: OperationContext, id: string, partIds: readonly string[], md5?: string) {
  const { store, disk, signal } = context;
  // An upload that is completed in time does not expire under the hand of who completes it.
  const begun = context.now();
  const now = () => begun;
  const { object: upload, internal } = await findPending(store, id, begun);
  const { type, expires_after } = internal;
  const fields = { purpose: upload.purpose, ...(expires_after && { expires_after }) };
  const whole = { name: upload.filename, type, content: wholeContent(disk, partIds, md5) };
  const keep = (received: ReceivedFile) => {
    const file = newFile(received, fields, context.now());
    const insert = { insert: "file", object: file, internal: { type } } as const;
    return received.keep(() => endUpload({ store, disk, now }, id, { status: "completed", file }, [insert]));
  };
  try {
    checkParts(upload, await partsOf(store, id), partIds);
    return await disk.receive(
      whole,
      { field: "data", prefix: idPrefixes.file_id, maxBytes: upload.bytes },
      keep,
      signal,
    );
  } catch (error) {
    // Where it was cancelled meanwhile, its parts are gone under the hand of whoever reads them.
    await findPending(store, id, begun);
    throw error;
  }
}
