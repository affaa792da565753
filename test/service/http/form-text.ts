/** Forms as they go over the wire. */

const BOUNDARY = "between";
export const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Begins a part, and ends the one before. */
export const DASHES = `--${BOUNDARY}`;

export const part = (disposition: string, content: string, type?: string) =>
  `${DASHES}\r\ncontent-disposition: form-data; ${disposition}\r\n` +
  `${type === undefined ? "" : `content-type: ${type}\r\n`}\r\n${content}\r\n`;
export const field = (name: string, value: string) => part(`name="${name}"`, value);
export const PURPOSE = field("purpose", "vision");
export const FILE = part('name="file"; filename="a.txt"', "Hello", "text/plain");
export const END = `${DASHES}--\r\n`;
