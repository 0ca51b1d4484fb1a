// The peers' answers beside chainpin's verdicts.
import { ConvertError } from "chainpin/convert";
import { explanation } from "../node/convert/differences.mjs";
import { judged } from "./cases.mjs";

/** Counts, and a text for each difference that no finding accounts for. `explained` counts the others by code and direction. */
export function compare(peer, cases, answers, world, explained) {
  const counts = { asked: 0, refused: 0, compared: 0, weaker: 0, stricter: 0, untrusted: 0, invalid: 0 };
  const failures = [];
  cases.forEach((one, index) => {
    const answer = answers[index];
    const { id, source, text, findings, zone, targetSdk } = one;
    const fail = (what) =>
      failures.push(`${peer} ${id}: ${what}\n  ${JSON.stringify({ source, text, findings, zone, targetSdk, error: answer.error })}`);
    for (const verdict of answer.verdicts ?? []) {
      if (verdict === "pass" || verdict === "refuse") counts.asked++;
      else counts.untrusted++;
      if (verdict === "refuse") counts.refused++;
    }
    if (one.direction === "to") {
      if (answer.error !== undefined) return fail("the peer refuses what was written for it");
      judge(one, answer, { policy: one.source.policy, findings: one.findings }, true, fail);
    }
    const back = backOf(one);
    if (back === undefined) return;
    if (answer.error !== undefined) {
      if (!(back instanceof ConvertError)) fail("the peer refuses a text that was converted");
      else counts.invalid++;
    } else if (back instanceof ConvertError) fail(`not converted: ${back.message}`);
    else judge(one, answer, back, false, fail);
  });
  return { counts, failures };

  /** `forth`: the peer's text was made of the policy; otherwise the policy of the text. */
  function judge({ connections, zone, targetSdk }, { verdicts }, { policy, findings }, forth, fail) {
    judged(policy, connections, world).forEach(({ ok, rule }, number) => {
      const connection = connections[number];
      if (verdicts[number] !== "pass" && verdicts[number] !== "refuse") {
        // No pins are asked for where the platform refuses the chain.
        if (!connection.userAnchor || targetSdk < 24) fail(`${JSON.stringify(connection)}: ${verdicts[number]}`);
        return;
      }
      const accepted = verdicts[number] === "pass";
      counts.compared++;
      if (accepted === ok) return;
      const effect = accepted === forth ? "weaker" : "stricter";
      const device = { ...connection, zone, platform: "android", started: connection.at };
      const found = explanation({ findings, effect, policy, rule, device });
      if (found === undefined)
        return fail(
          `${JSON.stringify(connection)}: the peer lets it ${accepted ? "pass" : "not pass"}, chainpin ${ok ? "does" : "does not"}; ${JSON.stringify({ policy, findings })}`,
        );
      counts[effect]++;
      const row = found.message.endsWith("the rule is left out") ? "left out" : `${found.code} ${effect}`;
      explained.set(row, (explained.get(row) ?? 0) + 1);
    });
  }
}

/** The policy of the text, with its findings; the error where it was not converted; undefined where there is nothing to read. */
function backOf({ back }) {
  if (back === undefined) return undefined;
  try {
    return back();
  } catch (error) {
    if (error instanceof ConvertError) return error;
    throw error;
  }
}
