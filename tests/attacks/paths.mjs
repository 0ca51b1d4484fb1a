// Attacks on the question which certificates may match.
import { authority, basicConstraints, issue, keyUsage, newKey, server } from "./certificates.mjs";
import { HOST, connection, genuine, pinning, rogue } from "./world.mjs";

const { root, intermediate, leaf } = genuine;

const appendedPin = () => {
  const wrong = [rogue.leaf, rogue.intermediate, rogue.root];
  const selfSigned = server([HOST]);
  const namesIssuer = server([HOST], intermediate, { signer: newKey() });
  const appended = [leaf, intermediate, root].flatMap((pinned) =>
    ["pin", "certificatePin"].flatMap((kind) =>
      [1, 2, 3].flatMap((at) => {
        const chain = [...wrong.slice(0, at), pinned, ...wrong.slice(at)];
        const policy = pinning(pinned[kind]);
        const name = `${pinned.name} appended at ${at}, pinned by ${kind}`;
        return [
          connection(name, "rejected pin-mismatch", { policy, chain }),
          connection(`${name}, both roots trusted`, "rejected pin-mismatch", { policy, chain, anchors: [root, rogue.root] }),
        ];
      }),
    ),
  );
  const everyPin = pinning([leaf.pin, intermediate.pin, root.pin]);
  return [
    ...appended,
    connection("the whole genuine chain behind a self-signed leaf", "rejected pin-mismatch", {
      policy: everyPin,
      chain: [selfSigned, leaf, intermediate, root],
    }),
    connection("the leaf names the genuine CA, another key signed it", "rejected pin-mismatch", {
      policy: pinning([intermediate.pin, root.pin]),
      chain: [namesIssuer, intermediate, root],
      says: "the leaf does not lead here",
    }),
    connection("a CA of the pinned CA's name", "rejected pin-mismatch", {
      policy: pinning(intermediate.pin),
      chain: (() => {
        const namesake = authority("Genuine CA", rogue.root);
        return [server([HOST], namesake), namesake, intermediate, rogue.root];
      })(),
    }),
    connection("near miss: the genuine chain", "pinned ca 1", { policy: pinning(intermediate.pin), chain: [leaf, intermediate, root] }),
    connection("near miss: in another order, with a stranger between", "pinned ca 2", {
      policy: pinning(root.pin),
      chain: [leaf, rogue.root, root, intermediate],
    }),
    connection("near miss: the pinned leaf alone", "pinned leaf 0", { policy: pinning(leaf.pin), chain: [leaf] }),
    connection("near miss: a path that the platform has validated", "pinned ca 2", {
      policy: pinning(root.pin),
      chain: [leaf, intermediate, root],
      source: "validated",
      anchor: "system",
    }),
  ];
};

const issuerWithoutCaBit = () => {
  const flawed = (name, extensions, more) => {
    const issuer = issue({ name: `Flawed: ${name}`, issuer: root, extensions, ...more });
    const policy = pinning(root.pin);
    return [
      connection(name, "rejected pin-mismatch", { policy, chain: [server([HOST], issuer), issuer, root] }),
      connection(`${name}, its root trusted`, "rejected path-invalid", {
        policy,
        chain: [server([HOST], issuer), issuer, root],
        anchors: [root],
      }),
    ];
  };
  const customer = server(["customer.example"], intermediate);
  const none = authority("No CA below", root, { extensions: [basicConstraints({ ca: true, pathLength: 0 }), keyUsage.certSign] });
  const one = authority("One CA below", root, { extensions: [basicConstraints({ ca: true, pathLength: 1 }), keyUsage.certSign] });
  const through = (limited, count) => {
    const between = [limited];
    for (let made = 0; made < count; made++) between.unshift(authority(`Below ${made}`, between[0]));
    return [server([HOST], between[0]), ...between, root];
  };
  return [
    ...flawed("cA FALSE", [basicConstraints({ ca: false }), keyUsage.certSign]),
    ...flawed("no basic constraints", [keyUsage.certSign]),
    ...flawed("version 1", [], { version: 0 }),
    ...flawed("no keyCertSign", [basicConstraints({ ca: true }), keyUsage.digitalSignature]),
    connection("a customer of the pinned CA signs for the host", "rejected pin-mismatch", {
      policy: pinning(intermediate.pin),
      chain: [server([HOST], customer), customer, intermediate],
      says: "an issuer is not a CA",
    }),
    connection("pathLen 0, one CA below it", "rejected pin-mismatch", { policy: pinning(root.pin), chain: through(none, 1) }),
    connection("pathLen 1, two CAs below it", "rejected pin-mismatch", { policy: pinning(root.pin), chain: through(one, 2) }),
    connection("near miss: pathLen 0, none below it", "pinned ca 2", { policy: pinning(root.pin), chain: through(none, 0) }),
    connection("near miss: pathLen 1, one below it", "pinned ca 3", { policy: pinning(root.pin), chain: through(one, 1) }),
  ];
};

const loops = () => {
  const [a, b] = [newKey(), newKey()];
  const aByB = authority("A", { name: "B", key: b }, { key: a });
  const bByA = authority("B", { name: "A", key: a }, { key: b });
  const ofLoop = server([HOST], { name: "A", key: a });
  const tangled = newKey();
  const tangle = Array.from({ length: 14 }, () => authority("Tangle", { name: "Tangle", key: tangled }));
  const roots = Array.from({ length: 150 }, () => authority("Genuine Root"));
  const long = [root];
  for (let made = 0; made < 7; made++) long.unshift(authority(`Step ${made}`, long[0]));
  const shorter = long.slice(1);
  return [
    connection("two CAs that signed each other, the pinned one beside them", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [ofLoop, aByB, bByA, aByB, bByA, root],
    }),
    connection("the same, the pinned root trusted", "rejected path-invalid", {
      policy: pinning(root.pin),
      chain: [ofLoop, aByB, bByA],
      anchors: [root],
    }),
    connection("near miss: a loop that holds the pinned key", "pinned ca 2", { policy: pinning(b.pin), chain: [ofLoop, aByB, bByA] }),
    connection("fourteen CAs of one name, every order a path by name", "rejected path-invalid", {
      policy: pinning(root.pin),
      chain: [server([HOST], { name: "Tangle", key: tangled }), ...tangle, root],
      anchors: [root],
      says: "more work than one verdict may cost",
    }),
    connection("the same without anchors", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [server([HOST], { name: "Tangle", key: tangled }), ...tangle, root],
    }),
    connection("150 trusted roots of one name, none of which signed", "rejected path-invalid", {
      policy: pinning(root.pin),
      chain: [server([HOST], { name: "Genuine Root", key: newKey() })],
      anchors: roots,
      says: "more work than one verdict may cost",
    }),
    connection("seven intermediates", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [server([HOST], long[0]), ...long],
      says: "more than 6 intermediates",
    }),
    connection("near miss: six", "pinned ca 7", { policy: pinning(long[6].pin), chain: [server([HOST], long[0]), ...long.slice(0, 7)] }),
    connection("seventeen certificates", "rejected chain-too-large", {
      policy: pinning(leaf.pin),
      chain: [leaf, ...Array(16).fill(shorter[0])],
    }),
  ];
};

const alternativePath = () => {
  const shared = newKey();
  const byGenuine = authority("Crossed", root, { key: shared });
  const byRogue = authority("Crossed", rogue.root, { key: shared });
  const ofBoth = server([HOST], byGenuine);
  const anchors = [rogue.root, root];
  return [
    connection("the other path is pinned, and comes second", "pinned ca 3", {
      policy: pinning(root.pin),
      chain: [ofBoth, byRogue, byGenuine, root],
    }),
    connection("the same, both roots trusted", "pinned ca -1", { policy: pinning(root.pin), chain: [ofBoth, byRogue, byGenuine], anchors }),
    connection("the same, the roots in the other order", "pinned ca -1", {
      policy: pinning(root.pin),
      chain: [ofBoth, byRogue, byGenuine],
      anchors: [root, rogue.root],
    }),
    connection("near miss: only the path without a pin is there", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [ofBoth, byRogue],
      anchors,
    }),
    connection("a leaf pin and a CA pin of two different paths", "rejected pin-mismatch", {
      policy: pinning(
        [
          { pin: leaf.pin, role: "leaf" },
          { pin: rogue.root.pin, role: "ca" },
        ],
        { match: "leaf-and-ca" },
      ),
      chain: [leaf, intermediate, root, rogue.root],
    }),
  ];
};

const userCa = () => {
  const chain = [rogue.leaf, rogue.intermediate, rogue.root];
  const ask = (name, expected, rule, anchor, source = "validated") =>
    connection(name, expected, { policy: pinning(root.pin, rule), chain, source, anchor });
  return [
    ask("a CA that the user installed", "rejected pin-mismatch", {}, "user"),
    ask("the app allows those, and the platform does not say", "rejected pin-mismatch", { userAnchors: "allow" }, "unknown"),
    ask("the app allows those, and this one is the system's", "rejected pin-mismatch", { userAnchors: "allow" }, "system"),
    ask("the app allows those, and nobody validated the chain", "rejected pin-mismatch", { userAnchors: "allow" }, "user", "presented"),
    connection("the app allows those, and the key is blocked", "rejected key-blocked", {
      policy: pinning(root.pin, { userAnchors: "allow" }, { blocked: [rogue.root.pin] }),
      chain,
      source: "validated",
      anchor: "user",
    }),
    ask("near miss: the app allows those", "exempt", { userAnchors: "allow" }, "user"),
  ];
};

export const paths = {
  "appended-pin": appendedPin(),
  "issuer-without-ca-bit": issuerWithoutCaBit(),
  "loops-and-tangles": loops(),
  "alternative-path": alternativePath(),
  "user-installed-ca": userCa(),
};
