import { BlockList, isIP } from "node:net";
import { env } from "#env.ts";

function trusted(): BlockList {
  const list = new BlockList();
  for (const entry of env.TRUSTED_PROXIES) {
    const [address, bits] = entry.split("/");
    const family = isIP(address!) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address!, family);
    else list.addSubnet(address!, Number(bits), family);
  }
  return list;
}

/**
 * The address that a request came from, for rate limits. `peer` is who holds the connection (the server sets it, see
 * instrumentation.ts). X-Forwarded-For is read from its end, and believed only as far as TRUSTED_PROXIES wrote it.
 */
export function clientAddress(headers: Headers): string {
  const proxies = trusted();
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  let address = plain(headers.get(PEER_HEADER) ?? "local");
  const chain = (headers.get("x-forwarded-for") ?? "").split(",").map((part) => plain(part.trim()));
  while (isTrusted(address)) {
    const before = chain.pop();
    if (!before || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** Set by the server on every request, whatever the client sent. */
export const PEER_HEADER = "x-gauntlet-peer";

/** IPv4 in IPv6's clothes is IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
