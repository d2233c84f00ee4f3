// The little that the SDK reads and changes in a session description (RFC 8866).

/** Payload types that need no rtpmap line (RFC 3551 6), by the name that `a=rtpmap` would give them. */
const STATIC_PAYLOAD_TYPES = new Map([
  ["pcmu", "0"],
  ["pcma", "8"],
  ["g722", "9"],
]);

/**
 * Puts one codec first in the audio line, where it is what a browser will send. Nothing else changes.
 *
 * @param {string} sdp
 * @param {{ codec: string, payloadType?: number }} wanted found by its payload type when that is given and there, else by name
 * @returns {string | undefined} undefined when the audio line does not have the codec
 */
export function withCodecFirst(sdp, wanted) {
  const lines = sdp.split("\r\n");
  const start = lines.findIndex((line) => line.startsWith("m=audio "));
  if (start < 0) return undefined;
  const [media, port, profile, ...payloadTypes] = lines[start].split(" ");
  const first =
    payloadTypes.find((type) => type === String(wanted.payloadType)) ?? payloadTypeOf(lines, start, wanted.codec, payloadTypes);
  if (first === undefined) return undefined;
  lines[start] = [media, port, profile, first, ...payloadTypes.filter((type) => type !== first)].join(" ");
  return lines.join("\r\n");
}

/**
 * @param {string[]} lines
 * @param {number} start index of the m= line
 * @param {string} codec
 * @param {string[]} payloadTypes
 */
function payloadTypeOf(lines, start, codec, payloadTypes) {
  const name = codec.toLowerCase();
  for (let i = start + 1; i < lines.length && !lines[i].startsWith("m="); i++) {
    const rtpmap = /^a=rtpmap:(\d+) ([^/]+)\//.exec(lines[i]);
    if (rtpmap && rtpmap[2].toLowerCase() === name && payloadTypes.includes(rtpmap[1])) return rtpmap[1];
  }
  return payloadTypes.find((type) => type === STATIC_PAYLOAD_TYPES.get(name));
}
