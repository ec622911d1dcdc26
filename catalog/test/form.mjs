// Fills the form in a real browser, as somebody would who only wants the
// defaults, and prints the claim that comes out.
//
// Usage: node form.mjs claim.yaml [screenshot.png]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { claim, template } from './lib.mjs';

const [out, screenshot] = process.argv.slice(2);
const answers = {
  root_name: 'shop', root_namespace: 'team-shop', root_repoUrl: 'github.com?owner=example&repo=claims',
  root_frontend_image: 'registry.example.org/shop/frontend:1.0.0',
  root_backend_image: 'registry.example.org/shop/backend:1.0.0',
};

const dir = mkdtempSync(join(tmpdir(), 'kasha-form-'));
const bundle = await build({
  entryPoints: [join(import.meta.dirname, 'app.jsx')], bundle: true, write: false, format: 'iife',
  loader: { '.jsx': 'jsx' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
});
const pages = JSON.stringify(template.spec.parameters).replaceAll('<', '\\u003c');
const html = join(dir, 'index.html');
const code = bundle.outputFiles[0].text.replaceAll('</script', '<\\/script');
writeFileSync(html, '<!doctype html><meta charset="utf-8"><div id="root"></div>' +
  `<script>window.pages = ${pages};</script><script>${code}</script>`);

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const tab = await browser.newPage();
  const errors = [];
  tab.on('pageerror', e => errors.push(e.message));
  await tab.setViewport({ width: 960, height: 1200 });
  await tab.goto(`file://${html}`);
  for (const [i, page] of template.spec.parameters.entries()) {
    await tab.waitForSelector('#next');
    for (const [id, text] of Object.entries(answers)) {
      const field = await tab.$(`#${id}`);
      if (field) await field.type(text);
    }
    if (screenshot && page.title === 'Frontend') await tab.screenshot({ path: screenshot });
    await tab.click('#next');
    const went = await tab.waitForFunction(
      (n, total) => document.getElementById('done') || document.body.innerText.includes(`${n} of ${total}`),
      { timeout: 10_000 }, i + 2, template.spec.parameters.length,
    ).catch(() => false);
    if (!went) {
      throw new Error(`cannot get past the page ${page.title}: ${await tab.evaluate(() => document.body.innerText)}`);
    }
  }
  const filled = await tab.evaluate(() => window.answers);
  if (errors.length) throw new Error(`the form has faults: ${errors.join('; ')}`);
  writeFileSync(out, claim(filled));
} finally {
  await browser.close();
  rmSync(dir, { recursive: true });
}
