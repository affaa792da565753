/** What the body of a request says, as the schemas of the OpenAPI file see it. */

/** Undefined where there is none, or none that can be read: it is refused, and only accepted requests are judged. */
export async function requestBody(mediaType: string, body: Buffer): Promise<unknown> {
  try {
    if (mediaType.startsWith("multipart/form-data")) return await formOf(mediaType, body);
    return body.length === 0 ? undefined : JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The fields of a form: a file is a string, and `a[b]` is the field b of the object a. */
async function formOf(mediaType: string, body: Buffer): Promise<object> {
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": mediaType },
  }).formData();
  const fields: { [name: string]: unknown } = {};
  for (const [name, value] of form) {
    const [, outer = name, inner] = /^(.+)\[(.+)\]$/.exec(name) ?? [];
    const plain = typeof value !== "string" ? value.name : /^\d+$/.test(value) ? Number(value) : value;
    fields[outer] = inner === undefined ? plain : { ...Object(fields[outer]), [inner]: plain };
  }
  return fields;
}
