/** Of JSON only an object will do; what the service makes of it is its affair. */
export function jsonObject(field) {
  return function (v, opt) {
    const valid = RED.validators.typedInput(`${field}Type`).call(this, v, opt);
    if (valid !== true || chosen(this, `${field}Type`) !== "json") return valid;
    return /^\s*\{/.test(v) || this._(`{{node}}.error.${field}`);
  };
}

/** The same where nothing need be written. */
export function jsonObjectOrNothing(field) {
  return function (v, opt) {
    const isEmpty = chosen(this, `${field}Type`) === "json" && String(v ?? "").trim() === "";
    return isEmpty || jsonObject(field).call(this, v, opt);
  };
}
