package kinds

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// account is the AWS account that everything simulated is in.
const account = "111122223333"

// An Answer is what the simulated AWS reports about one resource.
type Answer struct {
	// Region and Name of the object.
	Region, Name string
	// Given is the name in AWS that the claim chose, if it did.
	Given string
	// Params are spec.forProvider.
	Params map[string]any
	// At is status.atProvider. It begins as a copy of Params.
	At map[string]any
}

// Answer fills in what AWS reports about a resource of the kind.
func (r *Record) Answer(a *Answer) {
	a.identify(r)
	if r.Simulated != nil {
		r.Simulated(a)
	}
}

// External is the name that ties the object to the resource in AWS.
func (a *Answer) External() string {
	if a.Given != "" {
		return a.Given
	}
	return a.id()
}

func (a *Answer) id() string {
	id, _ := a.At["id"].(string)
	return id
}

// identify gives the resource the identifier that AWS would.
func (a *Answer) identify(r *Record) {
	id := a.Name
	switch {
	case a.Given != "":
		id = a.Given
	case r.IDPrefix != "":
		id = r.IDPrefix + "-0" + a.hash(16)
	}
	a.At["id"] = id
	if r.Service() == "ec2" {
		a.arn("ec2", strings.ToLower(r.GVK.Kind)+"/"+id)
	}
}

// Digest shortens a text to n hexadecimal digits, of at most 64.
func Digest(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:n]
}

// hash is n digits that are always the same for one resource.
func (a *Answer) hash(n int) string { return Digest(a.Region+"/"+a.Name, n) }

func (a *Answer) param(name string) string {
	t, _ := a.Params[name].(string)
	return t
}

func (a *Answer) arn(service, resource string) {
	a.At["arn"] = "arn:aws:" + service + ":" + a.Region + ":" + account + ":" + resource
}

// globalARN is the ARN of a resource of a service that has no regions.
func (a *Answer) globalARN(service, resource string) {
	a.At["arn"] = "arn:aws:" + service + "::" + account + ":" + resource
}

// setDefault fills in what AWS chooses where it was not asked for anything.
func (a *Answer) setDefault(field string, v any) {
	if a.At[field] == nil {
		a.At[field] = v
	}
}
