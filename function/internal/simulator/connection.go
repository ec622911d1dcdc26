package simulator

import (
	"fmt"
	"strings"
)

// connection returns the connection details that provider-aws writes for a resource.
func connection(o map[string]any) map[string][]byte {
	if Text(o, "kind") != "Instance" || Text(o, "spec", "writeConnectionSecretToRef", "name") == "" {
		return nil
	}
	at := o["status"].(map[string]any)["atProvider"].(map[string]any) //nolint:forcetypeassert // answer has set both.
	return map[string][]byte{
		"endpoint":           []byte(Text(at, "endpoint")),
		"address":            []byte(Text(at, "address")),
		"host":               []byte(Text(at, "address")),
		"port":               []byte(fmt.Sprint(at["port"])),
		"username":           []byte(Text(at, "username")),
		"password":           []byte(password(o)),
		"attribute.password": []byte(password(o)),
	}
}

// password returns a different password for each Secret into which the provider generates it.
func password(o map[string]any) string {
	_, generation, _ := strings.Cut(Text(o, "spec", "forProvider", "passwordSecretRef", "name"), "-password-g")
	if generation == "1" {
		return Password
	}
	return Password + generation
}

// Password is the first password of every simulated database. Tests check that it is not
// where it must not be.
const Password = "simulated-p@ss/word"
