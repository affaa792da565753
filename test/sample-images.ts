/** Images as their files begin, each with its media type. The PNG is whole: one pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

export const images: readonly (readonly [type: string, bytes: Buffer])[] = [
  ["image/png", PNG],
  ["image/jpeg", Buffer.from("ffd8ffe000104a46494600010100", "hex")],
  ["image/gif", Buffer.from("GIF89a\x01\x00\x01\x00", "latin1")],
  ["image/gif", Buffer.from("GIF87a\x01\x00\x01\x00", "latin1")],
  ["image/webp", Buffer.from("RIFF\x0a\x00\x00\x00WEBPVP8 ", "latin1")],
];
