// Two servers on this machine: an honest one, and one that wants to pass for it. `node examples/node/server.mjs`, and leave it running.
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeAuthority, makeServer } from "../../tests/tls/authority.mjs";

/** Starts both. `trusted` are the roots of this machine: with one that an attacker, or a company's proxy, has got into it. */
export async function start() {
  const root = await makeAuthority("Example Root CA");
  const issuing = await makeAuthority("Example Issuing CA", root);
  const server = await makeServer(issuing, ["localhost"]);
  const honest = await serve("honest", server, [issuing]);

  // Its CA has the name of the genuine one, and it sends the genuine CA's certificate along, which is public: Node links the two by
  // name, and who only looks for the pin in that list finds it.
  const namesake = await makeAuthority(issuing.name);
  const posing = await makeServer(namesake, ["localhost"], { keyIdentifier: false });
  const attacker = await serve("attacker", posing, [issuing, root]);

  const stop = () => [honest, attacker].forEach(({ close }) => close());
  return { honest, attacker, trusted: root.pem + namesake.pem, pins: { server: server.pin, issuing: issuing.pin, root: root.pin }, stop };
}

async function serve(name, certificate, chain) {
  const requests = [];
  const server = https.createServer(
    { key: certificate.key, cert: [certificate, ...chain].map(({ pem }) => pem).join("") },
    (request, response) => {
      requests.push(request.url);
      response.end(`hello from the ${name} server\n`);
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `https://localhost:${server.address().port}/`, requests, close: () => server.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { honest, attacker, trusted, pins } = await start();
  const file = join(mkdtempSync(join(tmpdir(), "chainpin-example-")), "trusted.pem");
  writeFileSync(file, trusted);
  console.log(`The honest server's keys:
  server       ${pins.server}
  issuing CA   ${pins.issuing}
  root CA      ${pins.root}

Try, in another terminal (any of the pins will do, and a wrong one shows what happens):
  node examples/node/client.mjs ${honest.url} ${file} ${pins.issuing}
  node examples/node/client.mjs ${attacker.url} ${file} ${pins.issuing}`);
}
