import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as native from "chainpin/react-native";
import { createReporter } from "chainpin/report";
import * as slim from "chainpin/slim";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { scenario } from "./scenario";

const embedded = { version: 1, id: "app", sequence: 1, rules: [{ host: "a.example", exempt: true }] };

// Where this fails, nothing is printed.
createReporter({ verifier: { ruleFor: () => undefined }, send: () => Promise.resolve({ status: 204 }) })
  .flush()
  .then(() =>
    createPolicyStore({
      keys: [{ kty: "OKP", crv: "Ed25519", kid: "a", x: "A".repeat(43) }],
      embedded,
      fetch: () => Promise.resolve(""),
      storage: memoryStorage(),
    }),
  )
  .then((store) => store.verifier.ruleFor("a.example").host)
  .then(() => scenario(print, "chainpin", chainpin))
  .then(() => scenario(print, "chainpin/js", js))
  .then(() => scenario(print, "chainpin/slim", slim, new Uint8Array(0)))
  .then(() => scenario(print, "chainpin/auto", auto))
  .then(() => native.attach(chainpin.createVerifierSync({ version: 1, id: "app", sequence: 1, rules: [] })))
  .catch((error) =>
    print(`@ chainpin/react-native ${JSON.stringify({ code: error.code, known: error instanceof chainpin.ChainpinError })}`),
  );
