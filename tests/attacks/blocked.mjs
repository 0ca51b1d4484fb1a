// Attacks on `blocked`: a key that is never accepted, on hosts with and without pins.
import { authority, rewritten, server } from "./certificates.mjs";
import { HOST, badPolicy, connection, genuine, pinning, policyOf, rogue, stray } from "./world.mjs";

const { root, intermediate, leaf } = genuine;

/** Every kind of rule that a host may have, with what comes of an honest chain. `pin`: what the pinned ones pin. */
const kinds = (pin, more) => ({
  pinned: [pinning(pin, {}, more), "pinned"],
  report: [pinning(stray, { mode: "report" }, more), "tolerated pin-mismatch"],
  tolerated: [pinning(stray, { expires: "2026-01-01", onExpiry: "report" }, more), "tolerated pin-mismatch"],
  exempt: [policyOf([{ host: HOST, exempt: true }], more), "exempt"],
  unlisted: [policyOf([], more), "unlisted"],
});

/** `expected`: by kind of rule, for those without pins (`open`) and those with. */
const each = (name, { pin = leaf.pin, blocked, chain, anchors, source, open, pinned = open }) =>
  Object.entries(kinds(pin, { blocked: blocked.map(({ pin }) => pin) })).map(([kind, [policy, honest]]) => {
    const isOpen = kind === "exempt" || kind === "unlisted";
    const expected = (isOpen ? open : pinned) ?? (kind === "pinned" ? "pinned leaf 0" : honest);
    return connection(`${name}: ${kind}`, expected, { policy, chain, ...(anchors && { anchors }), ...(source && { source }) });
  });

const hidden = () => {
  const namesake = authority("Genuine CA", rogue.root);
  const expired = authority("Genuine CA", rogue.root, { dates: ["20200101000000Z", "20210101000000Z"] });
  const rootNamesake = authority("Genuine Root");
  const given = { blocked: [intermediate], anchors: [root] };
  const lost = { blocked: [root], anchors: [root] };
  const [noPath, isBlocked] = ["rejected path-invalid", "rejected key-blocked"];
  return [
    ...each("the blocked CA is sent", { ...given, chain: [leaf, intermediate], open: isBlocked }),
    ...each("a namesake in its place", { ...given, chain: [leaf, namesake], open: noPath }),
    ...each("an expired namesake in its place", { ...given, chain: [leaf, expired], open: noPath }),
    ...each("a namesake before it", { ...given, chain: [leaf, namesake, intermediate], open: isBlocked }),
    ...each("the leaf alone", { ...given, chain: [leaf], open: noPath }),
    ...each("a blocked key, appended", { ...given, blocked: [rogue.root], chain: [leaf, intermediate, rogue.root], open: isBlocked }),
    ...each("the blocked root is an anchor and not sent", { ...lost, chain: [leaf, intermediate], open: isBlocked, pinned: noPath }),
    ...each("the blocked root is an anchor and sent", { ...lost, chain: [leaf, intermediate, root], open: isBlocked }),
    ...each("a namesake of the blocked root", { ...lost, chain: [leaf, intermediate, rootNamesake], open: isBlocked, pinned: noPath }),
    ...each("validated", { blocked: [intermediate], chain: [leaf, intermediate, root], source: "validated", open: isBlocked }),
    ...each("near miss: another key is blocked", { ...given, blocked: [namesake], chain: [leaf, intermediate] }),
    ...each("near miss: another root is blocked, both are anchors", {
      blocked: [rogue.root],
      anchors: [root, rogue.root],
      chain: [leaf, intermediate],
    }),
    ...each("near miss: nothing is blocked", { blocked: [], anchors: [root], chain: [leaf, intermediate] }),
  ];
};

const rewrite = () => {
  const twin = rewritten(leaf);
  const anchors = [root];
  return [
    ...[leaf, twin].flatMap((sent) =>
      each("by its key", { pin: stray, blocked: [leaf], chain: [sent, intermediate], anchors, open: "rejected key-blocked" }),
    ),
    ...["leaf", "intermediate", "root"].map((name) =>
      badPolicy(`${name}, by its hash`, "blocked-certificate", policyOf([], { blocked: [genuine[name].certificatePin] })),
    ),
    connection("near miss: a pin of the certificate", "pinned leaf 0", { policy: pinning(leaf.certificatePin), chain: [leaf] }),
    connection("a pin of the certificate, and the other signature", "rejected pin-mismatch", {
      policy: pinning(leaf.certificatePin),
      chain: [twin],
    }),
    connection("near miss: a pin of the issuer, and the other signature", "pinned ca 1", {
      policy: pinning(intermediate.pin),
      chain: [twin, intermediate],
    }),
    connection("a server of another name", "rejected key-blocked", {
      policy: policyOf([], { blocked: [leaf.pin] }),
      chain: [server(["other.example"], intermediate, { key: leaf.key })],
    }),
  ];
};

export const blocked = {
  "blocked-hidden": hidden(),
  "blocked-rewritten": rewrite(),
};
