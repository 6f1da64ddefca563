import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Mailbox {
  /** smtp://... */
  url: string;
  /** The next mail as it came over the wire, its soft line breaks undone. */
  next(): Promise<string>;
  close(): void;
}

/** A mail server on a free port that takes every mail (RFC 5321, as much as a client needs). */
export async function openMailbox(): Promise<Mailbox> {
  const mails: string[] = [];
  const waiting: ((mail: string) => void)[] = [];
  const deliver = (mail: string) => {
    const text = mail.replaceAll("=\r\n", "").replaceAll("=3D", "=");
    const first = waiting.shift();
    if (first) first(text);
    else mails.push(text);
  };
  const server = createServer((socket) => talk(socket, deliver)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => new Promise((resolve) => (mails.length > 0 ? resolve(mails.shift()!) : waiting.push(resolve))),
    close: () => server.close(),
  };
}

function talk(socket: Socket, deliver: (mail: string) => void): void {
  let text = "";
  let inData = false;
  socket.on("error", () => {});
  socket.write("220 here\r\n");
  socket.on("data", (chunk) => {
    text += chunk;
    for (;;) {
      const end = text.indexOf(inData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + (inData ? 5 : 2));
      if (inData) deliver(line);
      socket.write(
        inData
          ? "250 taken\r\n"
          : /^DATA/i.test(line)
            ? "354 go on\r\n"
            : /^QUIT/i.test(line)
              ? "221 bye\r\n"
              : "250 fine\r\n",
      );
      inData = !inData && /^DATA/i.test(line);
    }
  });
}
