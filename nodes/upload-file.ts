import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import type { AssistantsApi, Parameters } from "../src/contract/api.ts";
import type { File, UploadPurpose } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { findPlace, intoStore, type StoreFields } from "./files/into-store.ts";
import { hearErrors } from "./files/pieces.ts";
import { type Amount, MEGABYTE, sizeText, Transfers } from "./files/transfers.ts";
import { openContent, type UploadContent } from "./files/upload-content.ts";
import { readWhole } from "./files/whole-content.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { readField, requireId } from "./shared/fields.ts";
import { flowError } from "./shared/flow-error.ts";
import { text } from "./shared/texts.ts";

type OperationName = "upload" | "content" | "list" | "retrieve" | "delete";

interface UploadFileDefinition extends NodeDef, StoreFields {
  config: string;
  operation: OperationName;
  content: string;
  /** `path` beside what a TypedInput usually has: a template for a path on the disk. */
  contentType: string;
  filename: string;
  filenameType: string;
  purpose: UploadPurpose;
  /** Empty: the file is kept until somebody deletes it. */
  expiry: number | string;
  expiryUnit: "hours" | "days";
  file: string;
  fileType: string;
  /** How many megabytes a content may have that is read into the message. */
  maxSize: number | string;
  /** Empty: files of every purpose. */
  listPurpose: string;
  /** How many a list has at most. */
  limit: number | string;
}

const SECONDS = { hours: 3600, days: 86_400 };

/** Uploads files, reads what is in them, finds and deletes them. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-upload-file", function (this: Node, definition: UploadFileDefinition) {
    RED.nodes.createNode(this, definition);
    const apiNode = createApiNode(RED, this, definition.config);
    const { status, closed } = apiNode;
    const options = { signal: closed };
    const content = { value: definition.content, type: definition.contentType };
    const filename = { value: definition.filename, type: definition.filenameType };
    const file = { value: definition.file, type: definition.fileType };

    const moving = definition.operation === "upload" ? "uploading" : "reading";
    const transfers = new Transfers((amount) => status.progress(amountText(RED, moving, amount)));
    const idOf = (msg: NodeMessageInFlow) => requireId(RED, this, file, msg, "file_missing");

    /** The file's name, or what its content is called where the message has none. */
    const nameOf = async (msg: NodeMessageInFlow, otherwise: string | undefined): Promise<string> => {
      const given = await readField(RED, this, filename, msg);
      const name = typeof given === "string" && given.trim() !== "" ? given : otherwise;
      if (name !== undefined) return name;
      throw flowError(RED, "filename_missing", { field: `${filename.type}.${filename.value}` });
    };

    /** Sends a content to the service; the file that has come of it. */
    const send = async (api: AssistantsApi, msg: NodeMessageInFlow, opened: UploadContent): Promise<File> => {
      const file: Parameters<"createFile">["file"] = {
        name: await nameOf(msg, opened.name),
        // What stands in memory can be sent again when a connection fails, and is not turned into a stream.
        content:
          opened.content instanceof Uint8Array
            ? opened.content
            : transfers.counted(opened.content, opened.bytes),
      };
      if (opened.type !== undefined) file.type = opened.type;
      const parameters: Parameters<"createFile"> = { file, purpose: definition.purpose };
      if (definition.expiry !== "") {
        const seconds = Math.round(Number(definition.expiry) * SECONDS[definition.expiryUnit]);
        parameters.expires_after = { anchor: "created_at", seconds };
      }
      status.busy(moving);
      return api.createFile(parameters, options);
    };

    /** What the status shows of the last upload. */
    let uploaded: string | undefined;

    const operations: Record<OperationName, Work> = {
      upload: async (api, msg) => {
        const opened = await openContent(RED, this, content, msg, closed);
        try {
          const place = await findPlace(RED, this, api, definition, msg, options);
          const file = await send(api, msg, opened);
          // Also where it cannot be searched: the flow may want to delete it.
          msg["file"] = file;
          const waited = place !== null && (await intoStore(apiNode, api, file, place, definition));
          uploaded = text(RED, waited ? "status.searchable" : "status.uploaded", {
            size: sizeText(file.bytes),
          });
        } finally {
          opened.close();
        }
      },
      content: async (api, msg) => {
        const answer = await api.getFileContent({ file_id: await idOf(msg) }, options);
        msg.payload = await readWhole(RED, answer, Number(definition.maxSize), transfers);
      },
      list: async (api, msg) => {
        const parameters: Parameters<"listFiles"> = { limit: Number(definition.limit) };
        if (definition.listPurpose !== "") parameters.purpose = definition.listPurpose;
        msg.payload = (await api.listFiles(parameters, options)).data;
      },
      retrieve: async (api, msg) => {
        msg["file"] = await api.getFile({ file_id: await idOf(msg) }, options);
      },
      delete: async (api, msg) => {
        msg["file"] = await api.deleteFile({ file_id: await idOf(msg) }, options);
      },
    };

    // A stream may fail while the service is still being opened.
    const arrived = (msg: NodeMessageInFlow) => {
      if (definition.operation !== "upload" || content.type !== "msg") return;
      readField(RED, this, content, msg).then(hearErrors, () => {});
    };
    onEachMessage(apiNode, operations[definition.operation], { arrived, shown: () => uploaded });
  });
}

function amountText(RED: NodeAPI, moving: "uploading" | "reading", { moved, total }: Amount): string {
  if (total === null) {
    return text(RED, `status.${moving}Megabytes`, { megabytes: (moved / MEGABYTE).toFixed(1) });
  }
  // A file may have grown since its size was asked for.
  return text(RED, `status.${moving}Percent`, { percent: Math.min(100, Math.floor((100 * moved) / total)) });
}
