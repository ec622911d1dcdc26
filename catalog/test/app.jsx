// The form as Backstage shows it: a page at a time, with react-jsonschema-form
// and Material UI, the page's ui: keys taken out of its schema.
import React from 'react';
import ReactDOM from 'react-dom';
import { Button, Card, CardContent, Step, StepLabel, Stepper, Typography } from '@material-ui/core';
import { withTheme } from '@rjsf/core';
import { Theme } from '@rjsf/material-ui';
import validator from '@rjsf/validator-ajv8';

const Form = withTheme(Theme);

function split(schema) {
  const plain = {}, ui = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('ui:')) ui[key] = value;
    else if (key === 'properties') {
      plain.properties = {};
      for (const [name, child] of Object.entries(value)) [plain.properties[name], ui[name]] = split(child);
    } else if (key === 'items') [plain.items, ui.items] = split(value);
    else plain[key] = value;
  }
  return [plain, ui];
}

// Stands for Backstage's own picker, which asks GitHub.
const RepoUrlPicker = ({ formData, onChange }) => (
  <input id="root_repoUrl" value={formData || ''} placeholder="github.com?owner=example&repo=claims"
    onChange={e => onChange(e.target.value)} />
);

function App({ pages }) {
  const [page, setPage] = React.useState(0);
  const [answers, setAnswers] = React.useState({});
  const done = page === pages.length;
  window.answers = done ? answers : undefined;
  if (done) return <pre id="done">{JSON.stringify(answers, null, 2)}</pre>;
  const [schema, uiSchema] = split(pages[page]);
  return (
    <Card style={{ width: 900, margin: 24 }}><CardContent>
      <Stepper activeStep={page} alternativeLabel>
        {pages.map(p => <Step key={p.title}><StepLabel>{p.title}</StepLabel></Step>)}
      </Stepper>
      <Form key={page} schema={schema} uiSchema={uiSchema} formData={answers} validator={validator}
        fields={{ RepoUrlPicker }}
        experimental_defaultFormStateBehavior={{ allOf: 'populateDefaults' }} noHtml5Validate showErrorList="top"
        onSubmit={({ formData }) => { setAnswers({ ...answers, ...formData }); setPage(page + 1); }}>
        <Button id="next" type="submit" variant="contained" color="primary">Next</Button>
      </Form>
      <Typography variant="caption">{page + 1} of {pages.length}</Typography>
    </CardContent></Card>
  );
}

ReactDOM.render(<App pages={window.pages} />, document.getElementById('root'));
