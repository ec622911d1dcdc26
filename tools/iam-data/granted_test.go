package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtractGranted reads two data sets, and takes out what a policy of two actions needs.
func TestExtractGranted(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"package.json": `{"name": "iam-data", "version": "1.2.3", "license": "MIT"}`,
		"data/actions/backup.json": `{
			"createbackupselection": {
				"name": "CreateBackupSelection", "conditionKeys": ["aws:RequestTag/${TagKey}"],
				"resourceTypes": [{"name": "backupPlan"}]},
			"listtags": {"name": "ListTags", "resourceTypes": []}}`,
		"data/resourceTypes/backup.json": `{"backupplan": {
			"key": "backupPlan", "arn": "arn:${Partition}:backup:plan:${Id}",
			"conditionKeys": ["aws:ResourceTag/${TagKey}"]}}`,
		"sentry.json": `{"version": "v2", "backup": {"privileges": {"CreateBackupSelection": {"resource_types": {
			"backupPlan": {"dependent_actions": ["iam:PassRole"]}}}}}}`,
		"policies/kasha-a.json": `{"Statement": [{
			"Action": ["backup:CreateBackupSelection"],
			"Condition": {"Null": {"aws:ResourceTag/a": ["false"], "kms:ViaService": ["b"]}}}]}`,
		"policies/kasha-b.json": `{"Statement": [{"Action": ["backup:*", "backup:ListTags"]}]}`,
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g, err := extractGranted(dir, filepath.Join(dir, "sentry.json"), "sentry 1", filepath.Join(dir, "policies"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
"sources": ["AWS's Service Authorization Reference by iam-data 1.2.3 (MIT)","dependent actions: sentry 1"],
"resources": {
"backup:backupPlan": "arn:${Partition}:backup:plan:${Id}"
},
"actions": {
"backup:CreateBackupSelection": {"resources":["backupPlan"],"tagged":["backupPlan"],` +
		`"conditions":["aws:ResourceTag/a"],"dependent":["iam:PassRole"]},
"backup:ListTags": {}
}
}
`
	if got := string(g.print()); got != want {
		t.Errorf("what is taken out is\n%s\nwant\n%s", got, want)
	}
	unknown := `{"Statement": [{"Action": ["backup:Listtags"]}]}`
	if err := os.WriteFile(filepath.Join(dir, "policies/kasha-c.json"), []byte(unknown), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = extractGranted(dir, filepath.Join(dir, "sentry.json"), "", filepath.Join(dir, "policies"))
	if err == nil || !strings.Contains(err.Error(), "backup:Listtags") {
		t.Errorf("an action that does not exist is accepted: %v", err)
	}
}
