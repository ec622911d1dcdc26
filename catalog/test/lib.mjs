import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import yaml from 'js-yaml';
import nunjucks from 'nunjucks';

export const catalog = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export const read = file => yaml.loadAll(readFileSync(join(catalog, file), 'utf8'));

// What the form of the template is, page by page.
export const template = read('template.yaml')[0];

// Backstage renders a skeleton with these delimiters.
const environment = new nunjucks.Environment(null, {
  autoescape: false,
  tags: { variableStart: '${{', variableEnd: '}}' },
});

// The claim that the skeleton makes of what the form was told.
export function claim(answers) {
  const skeleton = 'skeleton/claims/${{ values.claim.namespace }}/${{ values.claim.name }}.yaml';
  return environment.renderString(readFileSync(join(catalog, skeleton), 'utf8'), { values: { claim: answers } });
}
