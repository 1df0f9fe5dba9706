// The page of `sluice report` in a real browser: every width and colour scheme without a fault of accessibility, both languages, the
// keyboard alone, hostile names and values, no request. Screenshots go to build/report-screenshots/, to be looked at.
//
//   node tests/browser/test_report.mjs BINARY
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import * as projects from './projects.mjs';

const binary = resolve(process.argv.at(-1));
const screenshots = resolve('build/report-screenshots');
const WIDTHS = [360, 768, 1440];
const SCHEMES = ['light', 'dark'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser;
const made = [];
const keep = (project) => (made.push(project), project);

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  for (const project of made) project.remove();
});

// A page whose every request, dialog and complaint is noted.
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const noted = { requests: [], complaints: [] };
  page.on('request', (request) => noted.requests.push(request.url()));
  page.on('dialog', (dialog) => (noted.complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on('console', (message) => noted.complaints.push(message.text()));
  page.on('pageerror', (error) => noted.complaints.push(String(error)));
  const url = pathToFileURL(path).href;
  await page.goto(url);
  await page.locator('main').waitFor();
  return { page, noted, url, close: () => context.close() };
}

async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
}

function looksGood(name, make, words = [], widths = WIDTHS) {
  describe(`the report of a ${name} run`, () => {
    let path;
    before(async () => {
      path = keep(await make(binary)).report(...words);
    });
    for (const width of widths)
      for (const scheme of SCHEMES)
        it(`at ${width} px, ${scheme}`, async () => {
          const { page, noted, url, close } = await open(path, { viewport: { width, height: 900 }, colorScheme: scheme });
          await page.screenshot({ path: join(screenshots, `${name}-${width}-${scheme}.png`), fullPage: true });
          assert.deepEqual(await violations(page), []);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.equal(wide, 0, `${wide} px wider than the screen`);
          assert.deepEqual(noted.complaints, []);
          assert.deepEqual(noted.requests.filter((request) => request !== url && !request.startsWith('data:')), []);
          await close();
        });
  });
}

looksGood('good', projects.good);
looksGood('failed', projects.failed);
looksGood('crashed', projects.crashed, ['--language', 'id', '--timezone', 'Asia/Jakarta']);
looksGood('early', projects.early);
looksGood('hostile', projects.hostile, ['--show-values'], [360]);

describe('hostile names and values', () => {
  it('are shown as text, and no script of theirs runs', async () => {
    const path = keep(projects.hostile(binary)).report('--show-values');
    const { page, noted, close } = await open(path);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.deepEqual(noted.complaints, []);
    const foreign = 'script, img, iframe, object, embed, link, style, base, form, svg svg, [onload], [onerror], [srcdoc], a[href]:not([href^="#"])';
    assert.equal(await page.locator('body').locator(foreign).count(), 0);
    const shown = await page.locator('main').innerText();
    for (const text of projects.breakouts) assert.ok(shown.includes(text.replace('\u2028', '\\u2028').replace('\u2029', '\\u2029')), text);
    const columns = await page.locator('#schema tbody th').allInnerTexts();
    assert.ok(columns.length >= projects.naughty.length - 20, `${columns.length} columns`);
    if (projects.naughty.length > 0) assert.ok(columns.includes("<script>alert('XSS')</script>") || columns.some((column) => column.includes('<script>')));
    await close();
  });
});

describe('the page', () => {
  let project;
  before(() => {
    project = keep(projects.good(binary));
  });

  it('hides values unless they are asked for', async () => {
    const { page, close } = await open(project.report());
    assert.ok(!(await page.content()).includes('hunter2'));
    assert.match(await page.locator('#quarantine').innerText(), /"xxxxxxxx": "xxxxxx0"/);
    await close();
    const shown = await open(project.report('--show-values', '--to', 'shown.html'));
    assert.match(await shown.page.locator('#quarantine').innerText(), /hunter2/);
    await shown.close();
  });

  it('is used with the keyboard alone, in both languages', async () => {
    const { page, close } = await open(project.report());
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'skip');
    await page.keyboard.press('Enter');
    assert.equal(await focused(), 'main');
    await page.locator('#language').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getAttribute('html', 'lang'), 'id');
    assert.equal(await focused(), 'language');
    assert.equal(await page.locator('#stages h2').innerText(), 'Tahap');
    assert.match(await page.locator('#glance').innerText(), /2\.651/);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'theme');
    await page.keyboard.press('End');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.deepEqual(await violations(page), []);
    await page.locator('#comparison summary').focus();
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#comparison details table').isVisible());
    await page.locator('#language').focus();
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator('#glance').innerText(), /2,651/);
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await close();
  });

  it('scrolls its wide tables with the keyboard on a narrow screen', async () => {
    const { page, close } = await open(project.report(), { viewport: { width: 360, height: 700 } });
    const region = page.locator('#stages .scroll');
    await region.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('#stages .scroll').scrollLeft > 0);
    await close();
  });

  it('runs nothing and loads nothing that is not its own', async () => {
    const { page, noted, close } = await open(project.report());
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'http://127.0.0.1:9/x.png';
      document.body.append(image);
    });
    const refused = () => noted.complaints.filter((text) => /Content Security Policy/.test(text)).length;
    for (const deadline = Date.now() + 10_000; refused() < 2; await page.evaluate(() => new Promise(requestAnimationFrame)))
      assert.ok(Date.now() < deadline, noted.complaints.join('\n'));
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    await close();
  });
});
