// For everybody: axe-core on each sample in both colours, the keyboard alone, a screen reader's words; and pictures of it all.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { begin, drop, here, seen } from "./page.mjs";

let world;
before(async () => (world = await begin()));
after(() => world.close());

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(here, "screenshots");
mkdirSync(pictures, { recursive: true });

const views = { phone: { width: 360, height: 780 }, desktop: { width: 1280, height: 900 } };

for (const [view, size] of Object.entries(views)) {
  for (const colors of ["light", "dark"]) {
    test(`${view}, ${colors}: no violation on any sample, nothing wider than the page, pictures`, async () => {
      // A test may look into the page by means that the page forbids itself.
      const { page, context } = await world.open("", { ...size, colors, bypassCSP: true });
      await page.evaluate(axe);
      const ids = await page.locator("[data-sample]").evaluateAll((chips) => chips.map((chip) => chip.dataset.sample));
      for (const id of ids) {
        await page.click(`[data-sample=${id}]`);
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
          `${id} is wider than ${size.width}`,
        );
        assert.deepEqual(await violations(page), [], id);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(pictures, `${id}-${view}-${colors}.png`), fullPage: true, animations: "disabled" });
      }
      // Everything open, everything wrong.
      await page.click("[data-sample=borrowed]");
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      await page.fill("#policy", "{");
      await page.fill("#anchors", "rubbish");
      await drop(page, [{ name: "rubbish.txt", content: "rubbish" }]);
      assert.deepEqual(await violations(page), [], "open and wrong");
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: join(pictures, `wrong-${view}-${colors}.png`), fullPage: true, animations: "disabled" });
      await context.close();
    });
  }
}

async function violations(page) {
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
}

test("the keyboard alone: sample, date, source, policy, tabs, link", async () => {
  const { page, context, trouble } = await world.open();
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim());
  const tabTo = async (wanted, key = "Tab") => {
    for (let steps = 0; steps < 80; steps++) {
      if ((await focused()) === wanted) return;
      await page.keyboard.press(key);
      const outline = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body || element === null) return "none needed";
        const shown = element.classList.contains("unseen") ? element.parentElement.querySelector(".button") : element;
        return getComputedStyle(shown).outlineStyle;
      });
      assert.notEqual(outline, "none", `nobody sees that ${await focused()} has the focus`);
    }
    assert.fail(`Tab does not lead to ${wanted}`);
  };
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the verdict");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "verdict");
  await tabTo("Borrowed name", "Shift+Tab");
  await page.keyboard.press("Enter");
  assert.equal((await seen(page)).facts, "rejected pin-mismatch");
  await tabTo("slider");
  const before = await page.inputValue("#date");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.inputValue("#date"), before);
  await page.keyboard.press("End");
  assert.equal((await seen(page)).facts, "rejected certificate-expired");
  await page.keyboard.press("Home");
  assert.equal((await seen(page)).facts, "rejected certificate-not-yet-valid");
  for (let year = 0; year < 4; year++) await page.keyboard.press("PageUp");
  await page.fill("#date", "2026-11-24");
  await tabTo("host");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("status.example");
  assert.equal((await seen(page)).facts, "unlisted");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.isChecked("input[value=validated]"), true);
  await tabTo("policy");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("no policy");
  assert.equal((await seen(page)).title, "No verdict");
  await page.keyboard.press("Control+z");
  await tabTo("tab-android");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "tab-ios");
  assert.equal(await page.getAttribute("#tab-ios", "aria-selected"), "true");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), "tab-okhttp");
  await tabTo("share", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#v1="));
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a screen reader hears the verdict when it changes, and only then", async () => {
  const { page, context } = await world.open("#sample=akamai");
  await page.evaluate(() => {
    globalThis.heard = 0;
    new MutationObserver(() => globalThis.heard++).observe(document.getElementById("banner"), { childList: true, subtree: true });
  });
  for (const day of ["2026-03-16", "2026-03-17"]) await page.fill("#date", day);
  assert.equal(await page.evaluate(() => globalThis.heard), 0);
  await page.fill("#date", "2026-12-24");
  assert.equal(await page.evaluate(() => globalThis.heard), 1);
  const tree = await page.locator("main").ariaSnapshot();
  for (const wanted of [
    'heading "The path"',
    'slider "Date of the verdict"',
    'textbox "Policy"',
    'radio "Nobody',
    'button "Copy the pin of',
    'tab "Android"',
  ])
    assert.ok(tree.includes(wanted), wanted);
  await context.close();
});

test("the switch of colours counts more than the system, and is kept", async () => {
  const { page, context } = await world.open("", { colors: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.selectOption("#theme", "light");
  const light = await paper();
  assert.notEqual(light, dark);
  await page.reload();
  await page.locator("main").waitFor();
  assert.deepEqual([await paper(), await page.inputValue("#theme")], [light, "light"]);
  await page.selectOption("#theme", "auto");
  assert.equal(await paper(), dark);
  await context.close();
});
