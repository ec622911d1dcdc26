package service

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

var someUsers = []v1alpha1.DatabaseUser{
	{Name: "reports", Access: v1alpha1.AccessIAM, Privileges: v1alpha1.PrivilegesRead},
	{Name: "app", Access: v1alpha1.AccessPassword, Privileges: v1alpha1.PrivilegesAll},
}

const wantSQL = "CREATE USER IF NOT EXISTS 'app_2'@'%' IDENTIFIED WITH caching_sha2_password BY 'Abc123' " +
	"REQUIRE SSL;\n" +
	"ALTER USER 'app_2'@'%' IDENTIFIED WITH caching_sha2_password BY 'Abc123' REQUIRE SSL ACCOUNT UNLOCK;\n" +
	"GRANT SELECT, SHOW VIEW, CREATE TEMPORARY TABLES, DELETE, EXECUTE, INSERT, LOCK TABLES, UPDATE, ALTER, " +
	"ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE VIEW, DROP, EVENT, INDEX, REFERENCES, TRIGGER " +
	"ON `my\\_shop`.* TO 'app_2'@'%';\n" +
	"CREATE USER IF NOT EXISTS 'reports'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;\n" +
	"ALTER USER 'reports'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL ACCOUNT UNLOCK;\n" +
	"GRANT SELECT, SHOW VIEW ON `my\\_shop`.* TO 'reports'@'%';\n" +
	"REVOKE IF EXISTS CREATE TEMPORARY TABLES, DELETE, EXECUTE, INSERT, LOCK TABLES, UPDATE, ALTER, ALTER ROUTINE, " +
	"CREATE, CREATE ROUTINE, CREATE VIEW, DROP, EVENT, INDEX, REFERENCES, TRIGGER ON `my\\_shop`.* " +
	"FROM 'reports'@'%';\n"

// say runs the script of the task with a mysql that repeats what it is told.
func say(t *testing.T, env ...string) (string, error) {
	t.Helper()
	bin := t.TempDir()
	client := "#!/bin/sh\n[ \"$MYSQL_PWD\" = secret ] && echo \"$@\" && cat\n"
	//nolint:gosec // It is run.
	if err := os.WriteFile(filepath.Join(bin, "mysql"), []byte(client), 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "bash", "-c", clientScript)
	c.Env = append([]string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "DB_HOST=db.example", "DB_PORT=3306", "ADMIN=admin",
		"MYSQL_PWD=secret",
	}, env...)
	out, err := c.CombinedOutput()
	return string(out), err
}

func TestTheScriptSaysTheStatements(t *testing.T) {
	out, err := say(t, "NAMES=app_2 reports", "PASSWORD=Abc123", "SQL="+statements("my_shop", someUsers, 2))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	args, sql, _ := strings.Cut(out, "\n")
	if diff := cmp.Diff(wantSQL, sql); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if strings.Contains(args, "Abc123") || strings.Contains(args, "secret") {
		t.Errorf("a password is among the arguments: %s", args)
	}
	for _, want := range []string{"--host=db.example", "--user=admin", "--ssl-mode=REQUIRED"} {
		if !strings.Contains(args, want) {
			t.Errorf("the arguments lack %s: %s", want, args)
		}
	}
}

func TestTheScriptWithoutAPassword(t *testing.T) {
	only := someUsers[:1]
	out, err := say(t, "NAMES=reports", "PASSWORD=none", "SQL="+statements("kasha", only, 0))
	if err != nil || strings.Count(out, "CREATE USER") != 1 || strings.Contains(out, "none") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTheScriptRefuses(t *testing.T) {
	sql := "SQL=" + statements("kasha", someUsers, 1)
	for name, env := range map[string][]string{
		"the master user as another": {"NAMES=app_1 admin", "PASSWORD=Abc123", sql},
		"a quote in a password":      {"NAMES=app_1", "PASSWORD=a'b", sql},
		"no password":                {"NAMES=app_1", "PASSWORD=", sql},
		"a password that is missing": {"NAMES=app_1", sql},
		"another master password":    {"NAMES=app_1", "PASSWORD=Abc123", sql, "MYSQL_PWD=other"},
	} {
		if out, err := say(t, env...); err == nil || strings.Contains(out, "CREATE USER") {
			t.Errorf("%s is said: %s", name, out)
		}
	}
}

// TestTheScriptIsNoExpression: the provider evaluates what is in ${ and %{.
func TestTheScriptIsNoExpression(t *testing.T) {
	text := clientScript + statements("kasha", someUsers, 1)
	if strings.Contains(text, "${") || strings.Contains(text, "%{") {
		t.Error("the provider would evaluate the script")
	}
}
