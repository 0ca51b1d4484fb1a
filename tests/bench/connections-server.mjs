// The server of connections.mjs: a process of its own, so that its work is nobody's cost.
import https from "node:https";

process.once("message", (certificate) => {
  const server = https.createServer(certificate, (_, response) => response.end("ok"));
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
});
process.once("disconnect", () => process.exit());
