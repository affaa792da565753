import type { ToolResources } from "../../contract/objects.ts";
import type { OperationContext } from "./context.ts";
import { findFile } from "./files.ts";

/** Rejects with `file_not_found` where tools are to use a file that is not there. */
export async function checkToolResources(
  context: OperationContext,
  resources: ToolResources | null | undefined,
): Promise<void> {
  for (const id of resources?.code_interpreter?.file_ids ?? []) await findFile(context, id);
}
