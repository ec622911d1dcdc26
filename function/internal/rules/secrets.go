package rules

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// secretRules are about the database's credentials.
var secretRules = []Rule{{
	ID:     "secret-password-nowhere",
	Title:  "The database's password is in no object but the Secret that carries it to Secrets Manager.",
	Why:    "Specs, tags and policies are read by many, and logged.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8",
	check:  each(keepsThePassword),
}, {
	ID:     "secret-connection",
	Title:  "The secret has the fields that AWS's rotation reads, and they are those of the claim's databases.",
	Why:    "A rotation or a client that finds another host, user or schema fails at night.",
	Source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html",
	check:  each(connectionIsComplete),
}, {
	ID:     "secret-version-source",
	Title:  "A version of the secret is read from a connection that is composed beside it.",
	Why:    "The provider would wait forever for its content, or take another's.",
	Source: "Kasha: docs/credentials.md",
	check:  versionsHaveASource,
}}

func keepsThePassword(_ World, _ string, o map[string]any) string {
	if gvkOf(o) == kinds.Secret {
		without := map[string]any{}
		for k, v := range o {
			if k != "data" {
				without[k] = v
			}
		}
		o = without
	}
	b, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	password := simulator.Password
	forms := []string{password, url.QueryEscape(password), url.PathEscape(password)}
	for _, form := range append(forms, base64.StdEncoding.EncodeToString([]byte(password))) {
		if strings.Contains(string(b), form) {
			return "holds the database's password"
		}
	}
	return ""
}

// A connection is what the application reads from Secrets Manager.
type connection struct {
	Engine, Host, Username, Password, DBName, URL, ReaderHost string

	DBInstanceIdentifier, DBClusterIdentifier string

	Port float64
}

// connectionIn is the connection in a Secret, if it has one.
func connectionIn(o map[string]any) (connection, bool) {
	var c connection
	if gvkOf(o) != kinds.Secret {
		return c, false
	}
	b, err := base64.StdEncoding.DecodeString(text(o, "data", "secretString"))
	return c, err == nil && json.Unmarshal(b, &c) == nil
}

func connectionIsComplete(w World, key string, o map[string]any) string {
	if gvkOf(o) != kinds.Secret || key == "edgecode-static" {
		return ""
	}
	c, ok := connectionIn(o)
	if isAurora(key) {
		return clusterConnectionIsComplete(w, c, ok)
	}
	primary := params(w.Desired["db-primary"])
	reader := w.Desired["db-replica-1"] != nil
	switch {
	case !ok:
		return "has no connection"
	case c.Engine != "mysql" || c.Port != 3306:
		return fmt.Sprintf("is for %s on port %v", c.Engine, c.Port)
	case c.Username == "" || c.Password == "" || !isDatabaseHost(w, c.Host):
		return "lacks a host, a user or a password"
	case c.DBName != in(w.Claim, "spec.database.name"):
		return fmt.Sprintf("is for the schema %q", c.DBName)
	case c.DBInstanceIdentifier != text(primary, "identifier"):
		return fmt.Sprintf("is for the instance %q", c.DBInstanceIdentifier)
	case w.Settled && reader != (c.ReaderHost != ""), c.ReaderHost != "" && !isHostOf(w, "db-replica-1", c.ReaderHost):
		return fmt.Sprintf("leads readers to %q", c.ReaderHost)
	}
	return ""
}

// isAurora tells whether the key of a connection or of a version is of the cluster's credentials.
func isAurora(key string) bool { return slices.Contains(strings.Split(key, "-"), "aurora") }

func clusterConnectionIsComplete(w World, c connection, ok bool) string {
	at := w.at("db-cluster")
	switch {
	case !ok:
		return "has no connection"
	case c.Engine != "mysql" || c.Port != 3306:
		return fmt.Sprintf("is for %s on port %v", c.Engine, c.Port)
	case c.Username == "" || c.Password == "" || !isDatabaseHost(w, c.Host):
		return "lacks a host, a user or a password"
	case c.DBName != in(w.Claim, "spec.database.name"):
		return fmt.Sprintf("is for the schema %q", c.DBName)
	case c.DBInstanceIdentifier != "" || c.DBClusterIdentifier != externalName(w.Desired["db-cluster"]):
		return fmt.Sprintf("is for the cluster %q", c.DBClusterIdentifier)
	case w.Settled && c.ReaderHost != text(at, "readerEndpoint"):
		return fmt.Sprintf("leads readers to %q", c.ReaderHost)
	}
	return ""
}

func versionsHaveASource(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("secretsmanager/SecretVersion") {
		source := w.byName(text(params(w.Desired[key]), "secretStringSecretRef", "name"))
		c, ok := connectionIn(w.Desired[source])
		beside := "connection-" + strings.TrimPrefix(key, "secretversion-")
		if !ok || c.Password == "" || source != beside {
			out = append(out, violation(key, "is read from %q, which has no connection of its name", source))
		}
		if got := w.ref(params(w.Desired[key]), "secretId"); got != "secret-db" {
			out = append(out, violation(key, "is a version of %q", got))
		}
	}
	needs, has := !isManagedPassword(w), len(w.keys("secretsmanager/SecretVersion")) > 0
	if w.Settled && needs != has {
		out = append(out, violation("secret-db", "has a version: %v, want %v", has, needs))
	}
	return out
}
