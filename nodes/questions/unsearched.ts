import type { Run } from "../../src/contract/objects.ts";
import type { Asked } from "./begin-run.ts";

/** Whether files came with a question to be searched, and nobody searches them: its assistant has no such tool. */
export function isUnsearched(
  { attachments }: Pick<Asked, "attachments">,
  { tools }: Pick<Run, "tools">,
): boolean {
  const isSearch = ({ type }: { type: string }) => type === "file_search";
  return attachments.some((one) => (one.tools ?? []).some(isSearch)) && !tools.some(isSearch);
}
