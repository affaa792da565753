/** How the images begin that models take, byte for character. */
const beginnings = {
  "image/png": /^\x89PNG\r\n/,
  "image/jpeg": /^\xff\xd8\xff/,
  "image/gif": /^GIF8[79]a/,
  "image/webp": /^RIFF.{4}WEBP/s,
};

const LONGEST = 12;

/** The media type of an image by its first bytes; null for everything else. The type that came with it may lie. */
export function imageType(bytes: Buffer): string | null {
  const begun = bytes.toString("latin1", 0, LONGEST);
  return Object.entries(beginnings).find(([, pattern]) => pattern.test(begun))?.[0] ?? null;
}
