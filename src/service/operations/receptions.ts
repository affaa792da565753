/** What the operations with a form receive, before their handlers are asked. */
import { MAX_FILE_BYTES, MAX_PART_BYTES } from "../../contract/file-to-upload.ts";
import { idPrefixes, PART_PREFIX } from "../../contract/ids.ts";
import type { FormName } from "../../contract/operations.ts";
import type { Arriving } from "../files/file-disk.ts";
import { checkRoom, findPending } from "../uploads/pending-upload.ts";
import type { CheckedParameters, OperationContext } from "./context.ts";

export interface Reception<Name extends FormName> extends Arriving {
  /** Rejects where the bytes would be for nothing; asked before they are read. */
  admit?(context: OperationContext, parameters: CheckedParameters<Name>): Promise<void>;
}

export const receptions: { readonly [Name in FormName]: Reception<Name> } = {
  createFile: { field: "file", prefix: idPrefixes.file_id, maxBytes: MAX_FILE_BYTES },
  addUploadPart: {
    field: "data",
    prefix: PART_PREFIX,
    maxBytes: MAX_PART_BYTES,
    async admit({ store, now }, { upload_id }) {
      checkRoom(await findPending(store, upload_id, now()), 0);
    },
  },
};
