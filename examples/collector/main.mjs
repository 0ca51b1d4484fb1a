// A collector of pin reports: `node main.mjs [--port 8080] [--host 127.0.0.1] [--name HOST]… [--file reports.sqlite] [--keep 200000] [--days 90]`.
import { parseArgs } from "node:util";
import { KEPT_DAYS, KEPT_REPORTS } from "./limits.mjs";
import { createCollector } from "./server.mjs";
import { Store } from "./store.mjs";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    host: { type: "string", default: "127.0.0.1" },
    name: { type: "string", multiple: true, default: [] },
    file: { type: "string", default: "reports.sqlite" },
    keep: { type: "string", default: String(KEPT_REPORTS) },
    days: { type: "string", default: String(KEPT_DAYS) },
  },
});

const store = new Store(values.file, { kept: { reports: toNumber("keep"), days: toNumber("days") } });
const server = createCollector(store, values.name);
server.listen(toNumber("port", 0), values.host, () => {
  const { address, family, port } = server.address();
  const origin = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  console.log(`reports go to ${origin}/reports, the page is ${origin}/`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close(() => store.close());
    server.closeIdleConnections();
  });
}

function toNumber(name, least = 1) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  console.error(`--${name} must be a whole number from ${least} on, not ${values[name]}`);
  process.exit(1);
}
