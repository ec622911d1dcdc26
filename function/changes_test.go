package function

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"google.golang.org/protobuf/types/known/structpb"
)

// changeable are the fields of objects that change while a claim comes to rest, and why
// they must. Where Terraform would replace a resource (ForceNew in its schema), the
// provider refuses every change; none of these is such an argument.
var changeable = map[string]string{
	"cloudfront/Distribution loggingConfig": "logs begin when the bucket accepts them",
	"ec2/NetworkACL subnetIds":              "subnets are added when the rules exist",
	"elbv2/LB securityGroupRefs":            "the provider sorts them, and so do we",
	"elbv2/LB subnetRefs":                   "the provider sorts them, and so do we",
	"kms/Key policy":                        "it names the account, which the data key does not wait for",
	"rds/Instance allocatedStorage":         "a replica begins with its primary's size, and then grows on its own",
	"rds/Instance finalSnapshotIdentifier":  "it is named after the object's creation",
	"s3/BucketPolicy policy":                "it names the distribution, which cannot exist before it",
	"sqs/Queue redriveAllowPolicy":          "a dead-letter queue exists before its queue",
}

// Most fields of an object keep their first values until the claim changes. A field
// that is set later must be one that the provider can change.
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
