// The certificates of the cases, made once a run: for Android and TrustKit check whole paths, as a device does.
import { X509Certificate } from "node:crypto";
import { makeAuthority, makeServer } from "../tls/authority.mjs";

/** `{ name, pems, ders, pins, userAnchor }` each, leaf first and the root last; `system` and `user` are the roots' PEM. */
export async function makeWorld(hosts) {
  const root = await makeAuthority("System root");
  const users = await makeAuthority("User's root");
  const [first, second, third] = [
    await makeAuthority("First", root),
    await makeAuthority("Second", root),
    await makeAuthority("Third", users),
  ];
  const leaves = { one: first, two: second, three: first, user: third };
  const chains = [];
  for (const [name, issuer] of Object.entries(leaves)) chains.push(chainOf(name, await makeServer(issuer, hosts)));
  return { chains, system: [root.pem], user: [users.pem] };
}

function chainOf(name, leaf) {
  const path = [];
  for (let one = leaf; one !== undefined; one = one.issuer) path.push(one);
  const pems = path.map(({ pem }) => pem);
  return {
    name,
    pems,
    ders: pems.map((pem) => Uint8Array.from(new X509Certificate(pem).raw)),
    pins: path.map(({ pin }) => pin),
    userAnchor: name === "user",
  };
}
