package awsfacts

import "testing"

// TestRegions: the list is the one that IsRegion looks into, and a caller may change what it gets.
func TestRegions(t *testing.T) {
	all := Regions()
	if len(all) < 30 {
		t.Errorf("AWS has more regions than %v", all)
	}
	for _, name := range all {
		if !IsRegion(name) {
			t.Errorf("%s is on the list and no region", name)
		}
	}
	if len(all) > 0 {
		all[0] = "changed"
	}
	if IsRegion("changed") {
		t.Error("a caller changed the list")
	}
}
