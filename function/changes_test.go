package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"google.golang.org/protobuf/types/known/structpb"
)

// changeable is all that changes of an object while a claim comes to rest, and why
// it must. Where Terraform would replace a resource (ForceNew in its schema), the
// provider refuses every change; none of these is such an argument.
var changeable = map[string]string{
	"cloudfront/Distribution loggingConfig": "logs begin once the bucket takes them",
	"ec2/NetworkACL subnetIds":              "subnets move in once the rules are there",
	"elbv2/LB securityGroupRefs":            "the provider sorts them, and so do we",
	"elbv2/LB subnetRefs":                   "the provider sorts them, and so do we",
	"kms/Key policy":                        "it names the account, which the data key does not wait for",
	"rds/Instance allocatedStorage":         "a replica has its primary's at first, and grows for itself from then on",
	"rds/Instance finalSnapshotIdentifier":  "it is named after the object's creation",
	"sqs/Queue redriveAllowPolicy":          "a dead-letter queue is there before its queue",
}

// What an object is made with it mostly keeps until the claim changes. A field that
// is filled in later must be one that can be.
func TestWhatChangesOfAnObjectCanBeChanged(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(found, settle(t, claim(t, section(a, "claim.yaml"))).changes)
	}
	for _, change := range slices.Sorted(maps.Keys(found)) {
		if changeable[change] == "" {
			t.Errorf(
				"%s changes after the object has been made; if the provider can change it (its argument in "+
					"Terraform is not ForceNew), say so in changeable", change)
		}
	}
	for _, change := range slices.Sorted(maps.Keys(changeable)) {
		if !found[change] {
			t.Errorf("%s does not change; take it off the list", change)
		}
	}
}

func kindOf(o *structpb.Struct) string {
	group, _, _ := strings.Cut(o.GetFields()["apiVersion"].GetStringValue(), ".")
	return group + "/" + o.GetFields()["kind"].GetStringValue()
}
