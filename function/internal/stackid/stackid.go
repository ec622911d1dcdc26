// Package stackid decides the ID of a claim's stack. Every name in AWS that the function
// chooses begins with the ID, so the ID of a living claim must never change, and nobody
// may be able to choose the ID of a new one. See docs/adr/0015.
package stackid

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Tag is the tag of AWS resources that holds the stack's ID.
const Tag = "kasha.io/stack"

// Input is what the ID depends on.
type Input struct {
	Namespace, Name, UID string
	// Generation is metadata.generation.
	Generation int64
	// Refs is the number of objects that spec.crossplane.resourceRefs names.
	Refs int
	// Observed are the claim's observed resources. Only AWS resources are read, because
	// the author of a claim may be able to write Secrets.
	Observed map[stack.Key]stack.Observed
	// Recorded is status.stackID.
	Recorded string
	// Composed is status.resources.desired.
	Composed int32
	// Resumed is the ID that the platform team lists for this claim. It is empty for
	// almost every claim.
	Resumed string
	// Adopt is spec.adopt.stackID. The guardrail judges it afterwards.
	Adopt string
}

// Choose returns the ID. The observed resources decide. Without any, the order is: the
// ID that the platform team lists, the ID that the claim adopts, the ID that the status
// records, a new ID. An ID to adopt never replaces another. The status
// can only choose between the two IDs that follow from the claim anyway. Choose returns an
// error where a choice could give a living claim other names in AWS.
func Choose(in Input) (string, error) {
	ids := observed(in.Observed)
	switch {
	case in.UID == "":
		return "", errors.New("metadata.uid: cannot choose the names in AWS: the claim has no UID; " +
			"apply it to a cluster, or render it with make render, which sets one")
	case len(ids) > 1:
		return "", fmt.Errorf("metadata.name: cannot tell the claim's stack: its resources have the IDs %s "+
			"in the label %s; a resource of another claim is in spec.crossplane.resourceRefs, remove it",
			strings.Join(ids, " and "), v1alpha1.LabelStack)
	case len(ids) == 1 && !Valid(in.Name, ids[0]):
		return "", fmt.Errorf("metadata.name: cannot tell the claim's stack: its resources have the ID %q, and "+
			"the ID of this claim begins with %s-; a resource of another claim is in "+
			"spec.crossplane.resourceRefs, remove it", ids[0], in.Name)
	case len(ids) == 1:
		return only(in, ids[0])
	case in.Resumed != "" && !Valid(in.Name, in.Resumed):
		return "", fmt.Errorf("metadata.name: cannot resume as %s: it is the ID of another claim; ask the platform "+
			"team to correct stacks in the KashaGuardrail", in.Resumed)
	case in.Resumed != "":
		return only(in, in.Resumed)
	case in.Adopt != "":
		return adopted(in)
	}
	return unobserved(in)
}

// only returns the ID, or an error if the claim is to adopt another.
func only(in Input, id string) (string, error) {
	if in.Adopt != "" && in.Adopt != id {
		return "", fmt.Errorf("spec.adopt.stackID: cannot adopt %s: the claim is %s, and its resources have that "+
			"name; nothing has been changed, write %s or leave spec.adopt out", in.Adopt, id, id)
	}
	return id, nil
}

// adopted is the ID of a claim that takes over a stack, and of which nothing is observed.
// What the status says of another life of the claim is never dropped.
func adopted(in Input) (string, error) {
	if err := Adoptable(in.Name, in.Adopt); err != nil {
		return "", fmt.Errorf("spec.adopt.stackID: %w", err)
	}
	switch {
	case in.Recorded != "":
		return only(in, in.Recorded)
	case in.Composed > 0:
		return only(in, Legacy(in.Namespace, in.Name))
	}
	return in.Adopt, nil
}

// Adoptable returns why a claim of this name cannot adopt an ID. The schema says the same.
func Adoptable(name, id string) error {
	switch {
	case !whole.MatchString(id):
		return fmt.Errorf("cannot adopt %q: it is not the ID of a stack; write the value of the "+
			"tag %s on its resources, for example shop-1a2b3c", id, Tag)
	case !Valid(name, id):
		return fmt.Errorf("cannot adopt %q: an ID is the claim's name, a hyphen and 6 or 8 "+
			"characters, so this one is another claim's; give the claim the name that the ID begins with", id)
	}
	return nil
}

// unobserved chooses the ID of a claim without observed AWS resources.
func unobserved(in Input) (string, error) {
	derived, legacy := Derived(in.Name, in.UID), Legacy(in.Namespace, in.Name)
	const cure = "restore its managed resources from the backup first, or have the platform team list the claim's " +
		"ID under stacks in its KashaGuardrail"
	switch {
	case in.Recorded == derived || in.Recorded == legacy:
		return in.Recorded, nil
	case in.Recorded != "":
		return "", fmt.Errorf("status.stackID: cannot continue as %q: no resource in the cluster has this ID; %s",
			in.Recorded, cure)
	case in.Composed > 0:
		return legacy, nil
	case in.Generation == 1 && in.Refs > 0:
		return "",
			errors.New("spec.crossplane.resourceRefs: cannot tell the claim's stack: the claim was created with " +
				"references to resources, and the cluster has none of them; " + cure +
				"; for a new claim, leave spec.crossplane out")
	}
	return derived, nil
}

// Derived is the ID of a new claim: its name and 40 bits of a digest of its UID, which the
// API server chooses.
func Derived(name, uid string) string {
	sum := sha256.Sum256([]byte("kasha.io/stack\x00" + uid))
	return name + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// Legacy is the ID of a claim that v0.1.0 composed first: its name and 24 bits of a digest
// of namespace and name.
func Legacy(namespace, name string) string {
	sum := sha256.Sum256([]byte(namespace + "/" + name))
	return name + "-" + hex.EncodeToString(sum[:3])
}

var whole = regexp.MustCompile(`^[a-z][a-z0-9-]*-([0-9a-f]{6}|[a-z2-7]{8})$`)

var suffix = regexp.MustCompile(`^-([0-9a-f]{6}|[a-z2-7]{8})$`)

// Valid tells whether an ID can be that of a claim of this name.
func Valid(name, id string) bool {
	rest, ok := strings.CutPrefix(id, name)
	return ok && suffix.MatchString(rest)
}

// observed returns the different IDs of the observed AWS resources, sorted. The label
// decides. Only resources that v0.1.0 wrote have no label; their tag is read instead.
func observed(all map[stack.Key]stack.Observed) []string {
	if ids := distinct(all, "metadata", "labels", v1alpha1.LabelStack); len(ids) > 0 {
		return ids
	}
	return distinct(all, "spec", "forProvider", "tags", Tag)
}

func distinct(all map[stack.Key]stack.Observed, path ...string) []string {
	var out []string
	for _, o := range all {
		// Nearly all have the same ID, so the kind is looked up for few.
		id, ok := stack.Text(o, path...)
		if ok && !slices.Contains(out, id) && kinds.Observed(o).IsAWS() {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
