// What the server makes of our JavaScript before it sends it: offhook.server.web.Script, line by line the same. For tests
// that ask how much goes over the wire.

/** @param {string} source */
export function compact(source) {
  let compacted = "";
  let inComment = false;
  let inTemplate = false;
  for (const line of source.replace(/\r?\n$/, "").split(/\r?\n/)) {
    let code = inTemplate ? line : line.trimStart();
    if (inComment || (!inTemplate && code.startsWith("/*"))) {
      const end = code.indexOf("*/", inComment ? 0 : 2);
      inComment = end < 0;
      code = inComment ? "" : code.slice(end + 2).trimStart();
    }
    if (inTemplate || !(code === "" || code.startsWith("//"))) {
      compacted += code + "\n";
      if (code.split("`").length % 2 === 0) inTemplate = !inTemplate;
    }
  }
  return compacted;
}
