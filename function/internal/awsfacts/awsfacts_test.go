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

// TestFactsAreAboutRegions: a fact about a region that is not listed would never be used.
func TestFactsAreAboutRegions(t *testing.T) {
	for region := range cloudFrontPrefixLists {
		if !IsRegion(region) {
			t.Errorf("%s has a prefix list and is not a region", region)
		}
	}
	for region := range differingZones {
		if !IsRegion(region) {
			t.Errorf("%s has zones that differ and is not a region", region)
		}
	}
	for zone := range zonesWithoutFargate {
		if !IsRegion(zone[:len(zone)-1]) {
			t.Errorf("%s has no Fargate and is in no region", zone)
		}
	}
	for _, region := range noAccessLogs {
		if !IsRegion(region) {
			t.Errorf("%s has no access logs and is not a region", region)
		}
	}
	for _, region := range []string{"us-west-9", "eu-middle-1", ""} {
		if IsRegion(region) {
			t.Errorf("%q is a region", region)
		}
	}
	for _, region := range Regions() {
		if Partition(region) != AWS {
			t.Errorf("%s is of another partition", region)
		}
	}
}
