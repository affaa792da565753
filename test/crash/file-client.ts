/** Files of the crash rounds: their names are their tags. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Choices } from "./choices.ts";
import type { Ledger } from "./ledger.ts";

/** Above it a file comes in several pieces. */
const MAX_LINES = 6000;

/** Uploads a file whose every line is its own, in one piece or as a stream; its id. */
export async function uploadFile(api: AssistantsApi, ledger: Ledger, choices: Choices): Promise<string> {
  const name = ledger.newTag();
  const lines = Array.from({ length: 1 + choices.below(MAX_LINES) }, (_, line) => `${name} line ${line}\n`);
  const text = lines.join("");
  const content = choices.oneIn(2) ? Buffer.from(text) : piecesOf(text);
  const file = await api.createFile({ purpose: "assistants", file: { name, content } });
  ledger.sawFile({ file, text });
  return file.id;
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
