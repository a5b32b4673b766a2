// Opens pages of `gen preview` in a real browser: node browser.js FOLDER PAGE… prints one JSON document, and writes
// screenshots of every sheet, 1440 and 400 pixels wide, light and dark, to the folder.
//
// A page can have a `.steps.json` file next to it: what to set, and whose values to print before and after.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const { chromium } = require(path.join(process.env.STRATAFORM_NODE_MODULES, "playwright-core"));
const [folder, ...pages] = process.argv.slice(2);

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/// Errors in the drawing: a blank tile, or one that reports that it could not be drawn.
const LOOK = () => {
  const wrong = [];
  const tiles = [...document.querySelectorAll("[data-visual]")];
  for (const tile of tiles) {
    const { visual, state } = tile.dataset;
    const marks = [...tile.querySelectorAll("svg path, svg rect, svg polyline, svg circle, svg polygon")].filter((mark) => {
      const box = mark.getBoundingClientRect();
      return box.width > 1 || box.height > 1;
    });
    const cells = [...tile.querySelectorAll("td")].filter((cell) => cell.textContent.trim() !== "");
    const figure = tile.querySelector(".kpi-value")?.textContent.trim();
    if (!["drawn", "table"].includes(state)) wrong.push(`${visual}: ${state}`);
    else if (marks.length < 3 && cells.length < 2 && !figure) wrong.push(`${visual}: blank`);
  }
  // The numbers of a vertical axis are right-aligned at the same position: each must be unique.
  for (const tile of tiles) {
    const axes = new Map();
    for (const text of tile.querySelectorAll("svg text[text-anchor=end]")) {
      if (!/^[^a-z]*\d[^a-z]*[KMB%]?$/.test(text.textContent)) continue;
      const right = Math.round(text.getBoundingClientRect().right);
      axes.set(right, [...(axes.get(right) ?? []), text.textContent]);
    }
    for (const labels of axes.values()) {
      if (new Set(labels).size < labels.length) wrong.push(`${tile.dataset.visual}: repeated labels: ${labels.join(" ")}`);
    }
  }
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over > 0) wrong.push(`the page is ${over} pixels wider than the window`);
  return { wrong, tiles: tiles.length, errors: globalThis.preview.errors.map(String) };
};

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.GEN_BROWSER || "/usr/bin/chromium", args: ARGUMENTS });
  const report = [];
  for (const file of pages) {
    const found = { page: path.basename(file), console: [], requests: [], sheets: [], figures: [] };
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.on("console", (message) => found.console.push(message.text()));
    page.on("pageerror", (error) => found.console.push(String(error)));
    const address = pathToFileURL(file).href;
    page.on("request", (request) => request.url() !== address && found.requests.push(request.url()));
    await page.goto(address);
    await page.waitForSelector("body[data-ready=true]", { timeout: 30_000 });
    const dashboards = await page.evaluate(() => globalThis.preview.dashboards.map(({ name, sheets }) => ({ name, sheets })));
    for (const dashboard of dashboards) {
      for (const sheet of dashboard.sheets) {
        await page.evaluate(([name, id]) => globalThis.preview.show(name, id), [dashboard.name, sheet]);
        for (const width of [1440, 400]) {
          await page.setViewportSize({ width, height: 900 });
          for (const dark of [false, true]) {
            const is = await page.evaluate(() => document.documentElement.dataset.scheme === "dark");
            if (is !== dark) await page.click("#dark");
            await page.waitForTimeout(150);
            const seen = await page.evaluate(LOOK);
            const shade = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
            found.sheets.push({ sheet: `${dashboard.name}/${sheet}`, width, dark, shade, ...seen });
            const name = `${path.basename(file, ".html")}-${dashboard.name}-${sheet}-${width}${dark ? "-dark" : ""}.png`;
            await page.screenshot({ path: path.join(folder, name), fullPage: true });
          }
        }
      }
    }
    const steps = file.replace(/\.html$/, ".steps.json");
    if (fs.existsSync(steps)) {
      await page.setViewportSize({ width: 1440, height: 900 });
      for (const step of JSON.parse(fs.readFileSync(steps, "utf8"))) {
        await page.evaluate(([name, id]) => globalThis.preview.show(name, id), step.sheet);
        await page.evaluate(() => globalThis.preview.reset());
        for (const [control, value] of step.set) {
          await page.evaluate(([id, to]) => globalThis.preview.setControl(id, to), [control, value]);
        }
        for (const [visual, value] of step.drill ?? []) {
          await page.evaluate(([id, to]) => globalThis.preview.drill(id, to), [visual, value]);
        }
        const figures = await page.evaluate((id) => globalThis.preview.figures(id), step.visual);
        found.figures.push({ step: step.name, ...figures });
      }
    }
    await context.close();
    report.push(found);
  }
  await browser.close();
  process.stdout.write(JSON.stringify(report));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
