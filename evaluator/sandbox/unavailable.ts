/** There is no sandbox to be had on this machine; the message is one line that ends with the cure. */
export class SandboxUnavailable extends Error {
  override name = "SandboxUnavailable";
}
