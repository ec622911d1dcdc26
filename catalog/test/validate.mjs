// Checks the catalog's entities with Backstage's own validators.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  apiEntityV1alpha1Validator, componentEntityV1alpha1Validator, DefaultNamespaceEntityPolicy, EntityPolicies,
  FieldFormatEntityPolicy, locationEntityV1alpha1Validator, NoForeignRootFieldsEntityPolicy, SchemaValidEntityPolicy,
  systemEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { templateEntityV1beta3Validator } from '@backstage/plugin-scaffolder-common';
import { catalog, read } from './lib.mjs';

const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(), new DefaultNamespaceEntityPolicy(), new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);
const validators = {
  API: apiEntityV1alpha1Validator,
  Component: componentEntityV1alpha1Validator,
  Location: locationEntityV1alpha1Validator,
  System: systemEntityV1alpha1Validator,
  Template: templateEntityV1beta3Validator,
};

// Backstage replaces {$text: file} by the file's content before it validates.
function resolved(entity) {
  const definition = entity.spec?.definition;
  if (definition?.$text) {
    entity.spec.definition = readFileSync(join(catalog, definition.$text), 'utf8');
  }
  return entity;
}

let failed = 0;
for (const file of ['catalog-info.yaml', 'template.yaml']) {
  for (const entity of read(file).map(resolved)) {
    const name = `${file}: ${entity.kind} ${entity.metadata?.name}`;
    try {
      await policy.enforce(entity);
      if (!(await validators[entity.kind].check(entity))) {
        throw new Error(`it is not a valid ${entity.kind}`);
      }
      console.error(`${name}: valid`);
    } catch (e) {
      failed++;
      console.error(`${name}: ${e.message}`);
    }
  }
}
process.exit(failed ? 1 : 0);
