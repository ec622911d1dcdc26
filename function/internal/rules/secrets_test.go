package rules

var secretExamples = map[string]example{
	"secret-password-nowhere": {secretObject, map[string]breakage{
		"InATag":         {"desired: {db-primary: {with: {tags: {password: simulated-p@ss/word}}}}", "db-primary holds the database's password"},
		"InAURL":         {"desired: {db-primary: {with: {url: 'mysql://admin:simulated-p%40ss%2Fword@db'}}}", "db-primary holds the database's password"},
		"InAnAnnotation": {"desired: {connection-1: {metadata: {annotations: {was: c2ltdWxhdGVkLXBAc3Mvd29yZA==}}}}", "connection-1 holds the database's password"},
	}},
	"secret-connection": {secretObject, map[string]breakage{
		"Nothing":         {"desired: {connection-1: {data: {secretString: e30=}}}", "connection-1 is for  on port 0"},
		"NotJSON":         {"desired: {connection-1: {data: {secretString: AAAA}}}", "connection-1 has no connection"},
		"AnotherHost":     {"desired: {db-primary: {at: {address: other.rds}}}", "connection-1 lacks a host, a user or a password"},
		"AnotherSchema":   {"claim: {database: {name: orders}}", `connection-1 is for the schema "shop"`},
		"AnotherInstance": {"desired: {db-primary: {with: {identifier: shop-other}}}", `connection-1 is for the instance "shop-db"`},
		"AnotherReader":   {"desired: {db-replica-1: {with: {identifier: shop-other}}}", `connection-1 leads readers to "shop-r.rds"`},
		"NoReader":        {"desired: {db-replica-1: null}", `connection-1 leads readers to "shop-r.rds"`},
	}},
	"secret-version-source": {secretObject + `
  secretversion-1: {aws: secretsmanager/SecretVersion, with: {secretIdRef: {name: shop-secret-db}, secretStringSecretRef: {name: shop-connection-1}}}
`, map[string]breakage{
		"NoConnection":  {"desired: {connection-1: null}", `secretversion-1 is read from "connection-1", which has no connection`},
		"AnotherOne":    {"desired: {secretversion-1: {with: {secretStringSecretRef: {name: shop-connection-2}}}}", `secretversion-1 is read from "connection-2"`},
		"AnotherSecret": {"desired: {secretversion-1: {with: {secretIdRef: {name: shop-secret-app}}}}", `secretversion-1 is a version of "secret-app"`},
		"NoneAtRest":    {"desired: {secretversion-1: null}", "secret-db has a version: false, want true"},
		"ManagedByAWS":  {"claim: {database: {manageMasterUserPassword: true}}", "secret-db has a version: true, want false"},
	}},
}
