// The app: it holds an embedded policy, keeps it up to date, and looks at every connection to its API.
import { connect } from "node:tls";
import { createAnchors } from "chainpin";
import { createReporter, fetchSender } from "chainpin/report";
import { createPolicyStore } from "chainpin/updates";

/** `clock.now()` is the device's clock. */
export async function startApp({ keys, embedded, storage, updateUrl, collectorUrl, host, port, root, clock }) {
  const told = [];
  const store = await createPolicyStore({
    keys,
    embedded,
    storage,
    url: updateUrl,
    now: clock.now,
    // What it has, so that the server can lead it on from there.
    fetch: async () => {
      const response = await fetch(`${updateUrl}?after=${store.policy.sequence}`);
      if (!response.ok) throw new Error(`the update server answers ${response.status}`);
      return response.text();
    },
    onEvent: (event) => told.push(event),
  });
  const reporter = createReporter({
    verifier: store.verifier,
    send: fetchSender(fetch),
    reportTo: [collectorUrl],
    setTimeout: null,
    clearTimeout: null,
    now: clock.now,
  });
  const anchors = createAnchors(root);

  /** One request. What the user gets to see, and the verdict. */
  async function request() {
    const socket = connect({ host: "127.0.0.1", port, servername: host, ca: root, minVersion: "TLSv1.3" });
    try {
      const { chain, greeting } = await opened(socket);
      const verdict = store.verifier.verify({ host, chain, source: "presented", anchors, port, now: clock.now() });
      reporter.report(verdict, { host, port });
      if (!verdict.ok) return { verdict, sees: "no connection" };
      return { verdict, sees: (await greeting) === "hello" ? "works" : "nothing" };
    } finally {
      socket.destroy();
    }
  }

  return { store, request, told, flush: () => reporter.flush(), stop: () => (store.stop(), reporter.stop()) };
}

/** After the handshake, in which Node has checked the path to `ca` and the name. */
function opened(socket) {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const greeting = new Promise((done) => socket.once("data", (data) => done(String(data))));
      resolve({ chain: chainOf(socket), greeting });
    });
  });
}

/** Leaf first, as DER. */
function chainOf(socket) {
  const chain = [];
  for (
    let certificate = socket.getPeerCertificate(true);
    certificate?.raw && chain.length < 16;
    certificate = certificate.issuerCertificate
  ) {
    chain.push(certificate.raw);
    if (certificate.issuerCertificate === certificate) break;
  }
  return chain;
}
