import { contractError } from "../../contract/errors.ts";
import type { ToolResources } from "../../contract/objects.ts";

/** Throws `file_not_found` for the first file that tools are to use: the service keeps no files. */
export function checkToolResources(resources: ToolResources | null | undefined): void {
  const id = resources?.code_interpreter?.file_ids?.[0];
  if (id !== undefined) throw contractError("file_not_found", { id });
}
