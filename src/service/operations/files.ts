import { contractError } from "../../contract/errors.ts";
import type { Handlers } from "./context.ts";

const notYet = async () => {
  throw contractError("internal_error");
};

export const files: Handlers<"createFile" | "listFiles" | "getFile" | "deleteFile" | "getFileContent"> = {
  createFile: notYet,
  listFiles: notYet,
  getFile: notYet,
  deleteFile: notYet,
  getFileContent: notYet,
};
