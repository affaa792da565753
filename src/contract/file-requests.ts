/** The schemas of what files and uploads in parts take. */
import { Type } from "typebox";
import { MAX_PARTS, MAX_UPLOAD_BYTES } from "./file-to-upload.ts";
import { closed, pageFields } from "./schema-parts.ts";

const Purpose = Type.Union([
  Type.Literal("assistants"),
  Type.Literal("batch"),
  Type.Literal("fine-tune"),
  Type.Literal("vision"),
  Type.Literal("user_data"),
  Type.Literal("evals"),
]);

const FileExpiry = Type.Object(
  {
    anchor: Type.Literal("created_at"),
    seconds: Type.Integer({ minimum: 3600, maximum: 2_592_000 }),
  },
  closed,
);

export const fileRequests = {
  FilePageQuery: Type.Object(
    {
      purpose: Type.Optional(Type.String()),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      order: pageFields.order,
      after: pageFields.after,
    },
    closed,
  ),
  CreateFile: Type.Object({ purpose: Purpose, expires_after: Type.Optional(FileExpiry) }, closed),
  CreateUpload: Type.Object(
    {
      filename: Type.String(),
      purpose: Purpose,
      bytes: Type.Integer({ minimum: 0, maximum: MAX_UPLOAD_BYTES }),
      mime_type: Type.String(),
      expires_after: Type.Optional(FileExpiry),
    },
    closed,
  ),
  /** The part itself is the file of the form. */
  AddUploadPart: Type.Object({}, closed),
  CompleteUpload: Type.Object(
    {
      part_ids: Type.Array(Type.String(), { maxItems: MAX_PARTS }),
      md5: Type.Optional(Type.String({ pattern: "^[0-9a-fA-F]{32}$" })),
    },
    closed,
  ),
};
