package awsfacts

import (
	"regexp"
	"testing"
)

func TestPartition(t *testing.T) {
	cases := map[string]string{
		"us-east-1":      "aws",
		"eu-central-1":   "aws",
		"cn-north-1":     "aws-cn",
		"us-gov-west-1":  "aws-us-gov",
		"us-iso-east-1":  "aws-iso",
		"us-isob-east-1": "aws-iso-b",
		"eusc-de-east-1": "aws-eusc",
		"":               "aws",
	}
	for region, want := range cases {
		if got := Partition(region); got != want {
			t.Errorf("Partition(%q) = %q, want %q", region, got, want)
		}
	}
}

func TestCloudFrontPrefixListsAreDistinct(t *testing.T) {
	id := regexp.MustCompile(`^pl-[0-9a-f]{8}$`)
	seen := map[string]string{}

	for region, pl := range cloudFrontPrefixLists {
		if !id.MatchString(pl) {
			t.Errorf("%s: %q is not a prefix list ID", region, pl)
		}
		if other, ok := seen[pl]; ok {
			t.Errorf("%s and %s have the same prefix list %s: every region has its own", region, other, pl)
		}
		seen[pl] = region
	}
}
