package function

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// born gives a claim a UID, as the API server does.
func born(c map[string]any, uid string) map[string]any {
	c["metadata"].(map[string]any)["uid"] = uid //nolint:forcetypeassert // Every claim has metadata.
	return c
}

// perParent are names that are unique within a resource of the stack, like a service's
// within its cluster.
var perParent = []string{"least-privilege", "frontend", "backend", "database-users"}

// namesInAWS are the names that the function chooses, without those of AWS's own choice.
func namesInAWS(w *simulator.World) []string {
	var out []string
	for _, o := range desired(w) {
		if !strings.HasSuffix(gvkOf(o).Group, ".aws.m.upbound.io") {
			continue
		}
		for _, name := range []string{
			simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name"),
			simulator.Text(params(o), "name"), simulator.Text(params(o), "identifier"),
		} {
			if strings.Contains(name, "shop") && !slices.Contains(perParent, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// TestTwoClustersShareNoName: two clusters of one account have a claim with the same
// namespace and name. Only the UID differs.
func TestTwoClustersShareNoName(t *testing.T) {
	t.Parallel()
	one := namesInAWS(atRest(t, born(claim(t, ""), "11111111-2222-3333-4444-555555555555")))
	two := namesInAWS(atRest(t, born(claim(t, ""), "66666666-7777-8888-9999-000000000000")))
	if len(one) < 50 || len(one) != len(two) {
		t.Fatalf("want the same number of names, and many: got %d and %d", len(one), len(two))
	}
	for _, name := range one {
		if slices.Contains(two, name) {
			t.Errorf("both claims have the name %s", name)
		}
	}
}

// TestEveryObjectCarriesItsStack: the label is how a claim finds its ID again.
func TestEveryObjectCarriesItsStack(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	id := simulator.Text(w.Composite, "status", "stackID")
	if !strings.HasPrefix(id, "shop-") {
		t.Fatalf("the status has the ID %q", id)
	}
	for key, o := range desired(w) {
		if got := simulator.Text(o, "metadata", "labels", v1alpha1.LabelStack); got != id {
			t.Errorf("%s has the label %q, want %s", key, got, id)
		}
	}
}

// TestRestoredClaimKeepsItsNames: a restore with Velero gives the claim another UID and
// drops its status and all owners. Whichever part of the resources is restored, they keep
// their names, and so do the resources that are created again.
func TestRestoredClaimKeepsItsNames(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string]func(key string) bool{
		"Everything":       func(string) bool { return true },
		"OnlyTheVPC":       func(key string) bool { return key == "vpc" },
		"AllButTheNetwork": func(key string) bool { return key != "vpc" && !strings.HasPrefix(key, "subnet-") },
		"OnlyTheDatabase":  func(key string) bool { return strings.HasPrefix(key, "db-") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, "")))
			was := identities(desired(atRest(t, claim(t, ""))))
			meta := w.Composite["metadata"].(map[string]any) //nolint:forcetypeassert // Every object has metadata.
			meta["uid"], meta["generation"] = "99999999-0000-0000-0000-000000000000", float64(1)
			delete(w.Composite, "status")
			maps.DeleteFunc(w.Observed, func(key string, _ map[string]any) bool { return !keep(key) })
			settleMore(t, w)
			if got := namesOf(identities(desired(w))); !slices.Equal(got, namesOf(was)) {
				t.Errorf("the names have changed:\nwas %v\ngot %v", namesOf(was), got)
			}
		})
	}
}

// namesOf leaves out resources whose keys follow from AWS's values.
func namesOf(identities []string) []string {
	return slices.DeleteFunc(slices.Clone(identities), func(line string) bool {
		return strings.HasPrefix(line, "taskdefinition-") || strings.HasPrefix(line, "connection-") ||
			strings.HasPrefix(line, "secretversion-")
	})
}

// copyOf is a world that a test may change.
func copyOf(t *testing.T, w *simulator.World) *simulator.World {
	t.Helper()
	out := &simulator.World{Connection: maps.Clone(w.Connection)}
	b, err := json.Marshal(memory{w.Composite, w.Observed})
	if err != nil {
		t.Fatal(err)
	}
	var m memory
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	out.Composite, out.Observed = m.Composite, m.Observed
	return out
}

// TestUpgradeKeepsEverything: what v0.1.0 left in a cluster, restored from a backup with
// another UID and without a status, is composed under the same names.
func TestUpgradeKeepsEverything(t *testing.T) {
	for _, file := range recorded(t, "v0.1.0", ".observed.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			w := recall(t, file)
			was := identities(w.Observed)
			born(w.Composite, "99999999-0000-0000-0000-000000000000")
			delete(w.Composite, "status")
			pass(t, w)
			missing(t, "v0.1.0", was, identities(desired(w)))
			for key, o := range desired(w) {
				if gvkOf(o).Kind == "Role" && params(o)["path"] != nil {
					t.Errorf("%s gets a path, which AWS cannot give to a living role", key)
				}
			}
		})
	}
}

// TestNamesNeverChange: if a resource would get another name in AWS, for any reason, the
// pass fails.
func TestNamesNeverChange(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"bucket-app", "role-task", "alb-public", "db-primary", "queue-jobs"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, "")))
			rename(w.Observed[key], "shop-", "shoq-")
			_, err := w.Pass(t.Context(), newFunction())
			if err == nil || !strings.Contains(err.Error(), "cannot rename shop-"+key+" in AWS") {
				t.Errorf("want a refusal that names the resource, got: %v", err)
			}
		})
	}
}

// rename changes the prefix of an object's names in AWS.
func rename(o map[string]any, from, to string) {
	change := func(m map[string]any, field string) {
		if was, ok := m[field].(string); ok {
			m[field] = strings.Replace(was, from, to, 1)
		}
	}
	//nolint:forcetypeassert // Every object has metadata.
	meta := o["metadata"].(map[string]any)
	//nolint:forcetypeassert // The simulator sets it.
	change(meta["annotations"].(map[string]any), "crossplane.io/external-name")
	change(params(o), "name")
	change(params(o), "identifier")
}

// TestHostileNames: two teams' claims whose names were chosen so that their IDs are
// equal under v0.1.0.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	at := func(namespace, name, uid string) *simulator.World {
		c := born(claim(t, "metadata: {name: "+name+", namespace: "+namespace+"}"), uid)
		return atRest(t, c)
	}
	victim := at("team-pay", "payments-production-customer-facing", "11111111-2222-3333-4444-555555555555")
	evil := at("team-evil", "payments-production-customer-xbljkt", "66666666-7777-8888-9999-000000000000")
	bucket := func(w *simulator.World) string {
		return simulator.Text(w.Observed["bucket-app"], "metadata", "annotations", "crossplane.io/external-name")
	}
	if bucket(victim) == bucket(evil) {
		t.Errorf("both claims have the bucket %s", bucket(evil))
	}
}

// TestStatusDoesNotChooseNames: an author who may write the status of a claim still cannot
// take the names of another.
func TestStatusDoesNotChooseNames(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, ""))
	w.Composite["status"] = map[string]any{"stackID": "shop-victim22"}
	_, err := w.Pass(t.Context(), newFunction())
	if err == nil || !strings.Contains(err.Error(), `cannot continue as "shop-victim22"`) {
		t.Errorf("want a refusal, got: %v", err)
	}
}
