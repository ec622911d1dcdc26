package controlplane

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// twin is another control plane whose provider works in the same account. It has a
// claim of the same namespace and name as ours.
var twin *harness.Lab

// startTwin starts it, and stops it when the test ends.
func startTwin(t *testing.T) {
	t.Helper()
	began := time.Now()
	var err error
	twin, err = harness.Start(t.Context(), lab.Environment, "control-plane-twin")
	if twin != nil {
		t.Cleanup(twin.Stop)
	}
	need(t, err)
	_, err = twin.StartSimulatedProvider(poll)
	need(t, err)
	need(t, twin.Plane.Namespace(t.Context(), ours))
	_, err = twin.Plane.Create(t.Context(), minimal(t, ours))
	need(t, err)
	t.Logf("another control plane serves after %s", time.Since(began).Round(time.Second))
}

func twinsObjects(t *testing.T) map[string]*unstructured.Unstructured {
	t.Helper()
	o, err := twin.Composed(t.Context(), ours)
	need(t, err)
	return o
}

// nothingIsAdopted checks that three claims of one name, two of them in namespaces of one
// name, do not share resources. A role, a queue or a log group of the same name would be
// one resource in AWS, and the claims would change it in turns.
func nothingIsAdopted(t *testing.T) {
	notCreated := map[string]string{}
	for _, c := range changes(t) {
		if c.What == "adopted" {
			notCreated[c.By] = c.Name
		}
	}
	for who, objects := range map[string]map[string]*unstructured.Unstructured{
		"our": composed(t, ours), "their": composed(t, theirs), "the twin's": twinsObjects(t),
	} {
		for id, o := range objects {
			if name := notCreated[string(o.GetUID())]; name != "" {
				t.Errorf("%s %s was not created, since the account had %s", who, id, name)
			}
		}
	}
	for _, l := range []*harness.Lab{lab, twin} {
		c, err := l.Claim(t.Context(), ours, name)
		need(t, err)
		if adopted, _, _ := unstructured.NestedStringSlice(c.Object, "status", "adopted"); len(adopted) > 0 {
			t.Errorf("a claim says that it has taken over %v", adopted)
		}
	}
}

// twinIsUntouched checks that the deletion of our claim has left all resources of the twin
// in AWS.
func twinIsUntouched(t *testing.T) {
	now := twinsObjects(t)
	is := map[string]string{}
	for id, o := range twinBefore {
		if n := now[id]; n == nil || n.GetUID() != o.GetUID() || n.GetGeneration() != o.GetGeneration() {
			t.Errorf("deleting our claim has changed %s of the other control plane", id)
		}
		is[string(o.GetUID())] = id
	}
	had := map[string]string{}
	for _, c := range changes(t) {
		switch {
		case c.What == "deleted" && had[c.Name] != "" && is[c.By] == "":
			t.Errorf("deleting our claim has deleted %s, which is %s of the other control plane", c.Name, had[c.Name])
		case c.What != "deleted" && is[c.By] != "":
			had[c.Name] = is[c.By]
		}
	}
	if len(had) < 60 {
		t.Errorf("the account has only %d names of the other control plane", len(had))
	}
	c, err := twin.Claim(t.Context(), ours, name)
	need(t, err)
	need(t, harness.Unready(c))
	t.Logf("the other control plane has all its %d names in AWS", len(had))
}

// twinBefore are the twin's objects before our claim is deleted.
var twinBefore map[string]*unstructured.Unstructured

// A nameChange is what happened to a name in the simulated account.
type nameChange struct{ What, Name, By string }

// changes are all that happened in the account so far.
func changes(t *testing.T) []nameChange {
	t.Helper()
	f, err := os.Open(lab.AccountPath())
	need(t, err)
	defer f.Close()
	var out []nameChange
	for d := json.NewDecoder(f); ; {
		var c nameChange
		switch err := d.Decode(&c); {
		case errors.Is(err, io.EOF):
			return out
		case err != nil:
			t.Fatal(err)
		}
		out = append(out, c)
	}
}
