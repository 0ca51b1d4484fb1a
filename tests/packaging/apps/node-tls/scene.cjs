const https = require("node:https");

module.exports = async ({ chainpin, electron, node }, { ca, cert, key, pin }) => {
  let requests = 0;
  const server = https.createServer({ cert, key }, (_, response) => response.end("hello", () => (requests += 1)));
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const verifier = (pin) =>
    chainpin.createVerifierSync({ version: 1, id: "app", sequence: 1, rules: [{ host: "localhost", pins: [pin] }] });
  const stray = `sha256/${Buffer.alloc(32, "stray").toString("base64")}`;

  const get = (pin) =>
    new Promise((resolve, reject) => {
      const request = { host: "localhost", port: server.address().port, agent: node.createAgent(verifier(pin), { ca }) };
      https.get(request, (response) => response.on("data", (data) => resolve(String(data)))).on("error", reject);
    });
  console.log("right pin:", await get(pin));
  console.log("wrong pin:", await get(stray).catch((error) => `${error.code} ${error instanceof chainpin.PinningError}`));

  const asked = { hostname: "localhost", validatedCertificate: { data: cert, issuerCert: { data: ca } }, errorCode: 0 };
  const answers = [pin, stray].map((pin) => {
    let answer;
    electron.certificateVerifyProc(verifier(pin))(asked, (result) => (answer = result));
    return answer;
  });
  console.log("electron:", ...answers);
  try {
    node.createDispatcher(verifier(pin));
  } catch (error) {
    console.log("no undici:", error.name);
  }
  console.log("requests:", requests);
  server.close();
  server.closeAllConnections();
};
