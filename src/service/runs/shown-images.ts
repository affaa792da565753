/** The images of files in a question to a model: what it is shown of them, and in words what it is not. */
import type { ModelContent, ModelItem, ModelRequest } from "../../models/model.ts";
import type { FileImage } from "../files/image-files.ts";
import type { StoredContent } from "./model-request.ts";

/** Bytes of all images of one question. In base64 they are a third more, and OpenAI takes 50 MB in one request. */
export const MAX_SHOWN_BYTES = 36_000_000;

const FULL: FileImage = { unseen: "newer images leave no room for it" };

/**
 * The same question with the images that users show. The newest come first, since there is only so much room; each is
 * read once, one after the other.
 * @param read the image of the file of that id
 */
export async function withImages(
  request: ModelRequest<StoredContent>,
  read: (fileId: string) => Promise<FileImage>,
): Promise<ModelRequest> {
  const images = new Map<string, FileImage>();
  let room = MAX_SHOWN_BYTES;
  for (const id of new Set(request.items.flatMap(shownFiles).reverse())) {
    const image = room > 0 ? await read(id) : FULL;
    const bytes = "data" in image ? image.bytes : 0;
    images.set(id, bytes > room ? FULL : image);
    room = Math.max(0, room - bytes);
  }
  const items = request.items.map((item): ModelItem => {
    if (item.type !== "message") return item;
    return { ...item, content: item.content.map((part) => shown(part, item.role, images)) };
  });
  return { ...request, items };
}

/** The files whose images an item shows. Those of an assistant's messages no model takes. */
function shownFiles(item: ModelItem<StoredContent>): string[] {
  if (item.type !== "message" || item.role === "assistant") return [];
  return item.content.flatMap((part) => (part.type === "image_file" ? [part.image_file.file_id] : []));
}

function shown(
  part: StoredContent,
  role: "user" | "assistant",
  images: ReadonlyMap<string, FileImage>,
): ModelContent {
  if (part.type !== "image_file") return part;
  const { file_id, detail = "auto" } = part.image_file;
  const image = role === "user" ? images.get(file_id) : undefined;
  if (!image) return { type: "text", text: `(An image: the file ${file_id}.)` };
  if ("unseen" in image) {
    const text = `(An image that you cannot see, the file ${file_id}: ${image.unseen}. Say so where it matters.)`;
    return { type: "text", text };
  }
  return { type: "image", media_type: image.media_type, data: image.data, detail };
}
