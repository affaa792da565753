/** Files of the crash rounds: their names are their tags. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { File } from "../../src/contract/objects.ts";
import type { Choices } from "./choices.ts";
import type { Ledger } from "./ledger.ts";

/** Above it a file comes in several pieces. */
const MAX_LINES = 6000;

/** Uploads a file whose every line is its own, in one piece, as a stream or in parts; its id. */
export async function uploadFile(api: AssistantsApi, ledger: Ledger, choices: Choices): Promise<string> {
  const name = ledger.newTag();
  const lines = Array.from({ length: 1 + choices.below(MAX_LINES) }, (_, line) => `${name} line ${line}\n`);
  const text = lines.join("");
  const content = choices.oneIn(2) ? Buffer.from(text) : piecesOf(text);
  const file = choices.oneIn(3)
    ? await uploadInParts(api, name, text)
    : await api.createFile({ purpose: "assistants", file: { name, content } });
  ledger.sawFile({ file, text });
  return file.id;
}

async function uploadInParts(api: AssistantsApi, filename: string, text: string): Promise<File> {
  const bytes = Buffer.from(text);
  const fields = { filename, purpose: "assistants", mime_type: "text/plain", bytes: bytes.length } as const;
  const { id: upload_id } = await api.createUpload(fields);
  const middle = Math.floor(bytes.length / 2);
  const add = (content: Uint8Array) => api.addUploadPart({ upload_id, data: { content } });
  const parts = await Promise.all([add(bytes.subarray(0, middle)), add(bytes.subarray(middle))]);
  const { file } = await api.completeUpload({ upload_id, part_ids: parts.map(({ id }) => id) });
  if (!file) throw new Error("A completed upload has no file.");
  return file;
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  const PIECE = 20_000;
  for (let from = 0; from < text.length; from += PIECE) yield Buffer.from(text.slice(from, from + PIECE));
}

export async function readText(api: AssistantsApi, file_id: string): Promise<string> {
  const { content } = await api.getFileContent({ file_id });
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
