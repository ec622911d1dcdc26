package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestExtract reads a package of two actions.
func TestExtract(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"package.json": `{"name": "iam-data", "version": "1.2.3", "license": "MIT"}`,
		"data/actions/kms.json": `{
			"decrypt": {"name": "Decrypt", "conditionKeys": ["kms:ViaService"], "resourceTypes": [
				{"name": "key", "conditionKeys": ["kms:ViaService", "aws:ResourceTag/${TagKey}"]}]},
			"createkey": {"name": "CreateKey", "conditionKeys": [], "resourceTypes": []}}`,
		"data/resourceTypes/kms.json": `{"key": {"key": "key", ` +
			`"arn": "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"}}`,
		"data/actions/rds-db.json": `{"connect": {"name": "connect", "conditionKeys": [], ` +
			`"resourceTypes": [{"name": "db-user"}]}}`,
		"data/actions/ecs.json": `{"runtask": {"name": "RunTask", "conditionKeys": ["ecs:cluster"], ` +
			`"resourceTypes": [{"name": "task-definition"}]}}`,
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := extract(dir, []string{"rds-db", "kms"}, []string{"ecs"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
"source": "AWS's Service Authorization Reference by iam-data 1.2.3 (MIT)",
"services": {
"ecs": {
"resources": {
},
"actions": {
"RunTask": {}
}
},
"kms": {
"resources": {
"key": "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"
},
"actions": {
"CreateKey": {},
"Decrypt": {"resources":["key"],"conditions":["aws:ResourceTag/${TagKey}","kms:ViaService"]}
}
},
"rds-db": {
"resources": {
},
"actions": {
"connect": {"resources":["db-user"]}
}
}
}
}
`
	if got := string(r.print()); got != want {
		t.Errorf("the reference is\n%s\nwant\n%s", got, want)
	}
}

// TestExtractFails: a service that the package does not know must not become one without actions.
func TestExtractFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := extract(dir, []string{"nothing"}, nil); err == nil {
		t.Error("a service without a file is accepted")
	}
}
