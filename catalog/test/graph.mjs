// Uses the page that make graph draws, as a person would, in a browser without a network.
// usage: graph.mjs PAGE [SCREENSHOT]
import puppeteer from 'puppeteer-core';
import { resolve } from 'node:path';

const [page, screenshot] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'],
});

function check(holds, message) {
  if (!holds) throw new Error(message);
}

try {
  const tab = await browser.newPage();
  const faults = [];
  tab.on('pageerror', e => faults.push(e.message));
  tab.on('request', r => { if (!r.url().startsWith('file:')) faults.push(`it asks for ${r.url()}`); });
  await tab.setViewport({ width: 1440, height: 1000 });
  await tab.goto(`file://${resolve(page)}`);

  const list = selector => tab.$$eval(selector, all => all.map(e => e.dataset.key ?? e.textContent));
  const all = await list('#columns .resource');
  check(all.length > 100, `only ${all.length} resources are shown`);

  // The connections that no reference has.
  for (const [from, to] of [
    ['queue-jobs', 'dlq-jobs'], ['alarm-dlq-jobs', 'dlq-jobs'], ['distribution', 'alb-public'],
    ['service-backend', 'taskdefinition-backend'], ['service-backend', 'targetgroup-backend'],
    ['db-replica-1', 'db-primary'],
  ]) {
    const key = all.find(k => k === from || k.startsWith(`${from}-`));
    check(key, `there is no ${from}`);
    await tab.$eval(`#columns [data-key="${key}"]`, b => b.click());
    const needs = await list('#columns .needs');
    check(needs.some(k => k === to || k.startsWith(`${to}-`)), `${key} does not need ${to}, but ${needs.join(', ')}`);
    const lines = await tab.$$eval('#lines path', p => p.length);
    const around = (await list('#columns .needs, #columns .needed')).length;
    check(lines >= around, `${lines} lines lead to ${around} resources`);
    check((await tab.$eval('#details', e => e.innerText)).includes(key), `the details are not those of ${key}`);
    await tab.keyboard.press('Escape');
    check((await list('#columns .chosen')).length === 0, 'Escape does not end the choice');
  }

  // One goes on from the details to what they name.
  await tab.$eval('#columns [data-key="queue-jobs"]', b => b.click());
  await tab.click('#details .resource');
  const next = (await list('#columns .chosen'))[0];
  check(await tab.$eval('#details h2', e => e.textContent) === next, 'the details are not those of what is chosen');
  if (screenshot) {
    await tab.$eval('#columns [data-key="service-backend"]', b => b.click());
    await tab.evaluate(() => scrollTo(0, 0));
    await tab.screenshot({ path: screenshot });
  }

  await tab.type('#search', 'multiaz: true');
  check((await list('#columns .found')).includes('db-primary'), 'the search does not find db-primary by its content');
  await tab.$eval('#search', e => { e.value = ''; });
  await tab.type('#search', 'zzqq');
  check((await list('#columns .found')).length === 0, 'the search finds what is not there');

  const box = await tab.$eval('body', e => [e.scrollWidth, e.clientWidth]);
  check(box[0] <= box[1], `the page is wider than the window: ${box.join(' > ')}`);
  check(faults.length === 0, `the page has faults: ${faults.join('; ')}`);
} finally {
  await browser.close();
}
