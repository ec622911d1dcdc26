package simulator

import (
	"fmt"
	"strings"
)

// connection returns the connection details that provider-aws writes for a resource.
func connection(o map[string]any) map[string][]byte {
	kind := Text(o, "kind")
	if kind != "Instance" && kind != "Cluster" || Text(o, "spec", "writeConnectionSecretToRef", "name") == "" {
		return nil
	}
	at := o["status"].(map[string]any)["atProvider"].(map[string]any) //nolint:forcetypeassert // answer has set both.
	if kind == "Cluster" {
		return clusterConnection(o, at)
	}
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

// clusterConnection is the same for a cluster. A copy has no password of its own.
func clusterConnection(o, at map[string]any) map[string][]byte {
	out := map[string][]byte{
		"endpoint":        []byte(Text(at, "endpoint")),
		"reader_endpoint": []byte(Text(at, "readerEndpoint")),
		"port":            []byte(fmt.Sprint(at["port"])),
		"master_username": []byte(Text(at, "masterUsername")),
	}
	if secret := Text(o, "spec", "forProvider", "masterPasswordSecretRef", "name"); secret != "" {
		out["attribute.master_password"] = []byte(passwordIn(secret))
	}
	return out
}

// password returns a different password for each Secret into which the provider generates it.
func password(o map[string]any) string {
	return passwordIn(Text(o, "spec", "forProvider", "passwordSecretRef", "name"))
}

func passwordIn(secret string) string {
	_, generation, _ := strings.Cut(secret, "-password-g")
	if generation == "1" {
		return Password
	}
	return Password + generation
}

// Password is the first password of every simulated database. Tests check that it is not
// where it must not be.
const Password = "simulated-p@ss/word"
