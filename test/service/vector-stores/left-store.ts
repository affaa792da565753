import { storeOf } from "../../contract/library.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning } from "../running-service.ts";

/** What a service that has ended has left in a directory: a vector store of these texts. Its ID, and its files'. */
export async function leaveStore(
  directory: string,
  texts: string[],
): Promise<{ id: string; files: string[] }> {
  const before = await openRunning(directory, new ScriptedModel());
  const { id } = await storeOf(before.api, texts);
  const { data } = await before.api.listVectorStoreFiles({ vector_store_id: id, order: "asc" });
  await before.close();
  return { id, files: data.map((file) => file.id) };
}
