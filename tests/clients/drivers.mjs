// Fake servers of databases and mail, as far as a driver's handshake goes: each says yes to everything, and counts the bytes that came by TLS.
import { once } from "node:events";
import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { honest } from "../tls/world.mjs";

const open = [];

export function closeDrivers() {
  for (const close of open.splice(0)) close();
}

/** The header of a MySQL packet, and its content. */
const packet = (sequence, content) => Buffer.concat([Buffer.from([content.length & 255, content.length >> 8, 0, sequence]), content]);

/** Protocol 10, with CLIENT_SSL among the capabilities. */
const GREETING = Buffer.concat([
  Buffer.from([10]),
  Buffer.from("8.0.0\0"),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from("abcdefgh\0"),
  Buffer.from([0xff, 0xff, 33, 2, 0, 0xff, 0xdf, 21]),
  Buffer.alloc(10),
  Buffer.from("ijklmnopqrst\0mysql_native_password\0"),
]);
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
/** AuthenticationOk, ReadyForQuery. */
const READY = Buffer.concat([Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]), Buffer.from([0x5a, 0, 0, 0, 5, 0x49])]);

/** `upgrade`: how many bytes the client sends in the clear before it, or 0. */
const protocols = {
  mysql: { hello: packet(0, GREETING), upgrade: (data) => 4 + data.readUIntLE(0, 3), answer: (data) => packet(data[3] + 1, OK) },
  postgres: { upgrade: () => 8, agree: "S", answer: (data) => (data[0] === 0 ? READY : "") },
  redis: { answer: (data) => "+OK\r\n".repeat(String(data).match(/^\*/gm)?.length ?? 0) },
  smtp: { first: "220 here ESMTP\r\n", answer: (data) => (/^QUIT/.test(data) ? undefined : "250 here\r\n") },
};

/** `{ port, bytes }` of a server that speaks `protocol`. */
export async function serverOf(protocol) {
  const { hello, upgrade, agree, first, answer } = protocols[protocol];
  const counted = { bytes: 0 };
  const sockets = new Set();
  const secureContext = tls.createSecureContext({ key: honest.leaf.key, cert: honest.leaf.pem + honest.intermediate.pem });
  const secure = (socket, early) => {
    const stream = throughJavaScript(socket, early);
    const secured = new tls.TLSSocket(stream, { isServer: true, secureContext }).on("error", () => {});
    if (first) secured.write(first);
    secured.on("data", (data) => {
      const said = answer(data);
      // A farewell, which may come late.
      if (said === undefined) return secured.end();
      counted.bytes += data.length;
      if (said.length > 0) secured.write(said);
    });
  };
  const server = net.createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    if (hello) socket.write(hello);
    if (!upgrade) return secure(socket);
    socket.once("data", (data) => {
      if (agree) socket.write(agree);
      secure(socket, data.subarray(upgrade(data)));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return Object.assign(counted, { port: server.address().port });
}

/** The rest of the socket's bytes, after those that came with the request for TLS. */
function throughJavaScript(socket, early = Buffer.alloc(0)) {
  const stream = new Duplex({
    read() {},
    write: (chunk, _, callback) => socket.write(chunk, () => callback()),
    final: (callback) => socket.end(callback),
  });
  if (early.length > 0) stream.push(early);
  socket.on("data", (data) => stream.push(data)).on("close", () => stream.destroy());
  return stream.on("error", () => {});
}
