package function

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// TestAuthorRole: an author may look at everything that a claim is composed of in
// AWS, and may write the claim alone.
func TestAuthorRole(t *testing.T) {
	b, err := os.ReadFile("../docs/install/author-role.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type rule struct {
		APIGroups []string `json:"apiGroups"`
		Resources []string `json:"resources"`
		Verbs     []string `json:"verbs"`
	}
	var got struct {
		Rules []rule `json:"rules"`
	}
	if err := yaml.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{}
	for gvk := range kinds.AWS {
		groups[gvk.Group] = true
	}
	look := []string{"get", "list", "watch"}
	want := []rule{
		{APIGroups: []string{"platform.kasha.io"}, Resources: []string{"kashaclaims"},
			Verbs: append(slices.Clone(look), "create", "update", "patch", "delete")},
		{APIGroups: slices.Sorted(maps.Keys(groups)), Resources: []string{"*"}, Verbs: look},
		{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: look},
	}
	if diff := cmp.Diff(want, got.Rules); diff != "" {
		t.Errorf("docs/install/author-role.yaml allows something else than it should (-want +got):\n%s", diff)
	}
}
