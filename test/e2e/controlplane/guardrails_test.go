package controlplane

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

var guardrails = schema.GroupVersionKind{
	Group: "platform.kasha.io", Version: "v1alpha1", Kind: "KashaGuardrail",
}

const (
	bounded = "team-bounded"
	resumed = "team-resumed"
	// resumedID is what a claim was called in AWS before its namespace was lost.
	resumedID = "shop-1a2b3c"
	bounds    = "bounds"
)

// The function requires guardrails. A claim is refused without one, lives within
// one, and keeps what it has when it becomes tighter. Another claim resumes its ID.
// That a guardrail which cannot be read refuses claims is a test of package guard.
func TestGuardrails(t *testing.T) {
	ctx := t.Context()
	requireGuardrails(t)
	for _, ns := range []string{bounded, resumed} {
		need(t, lab.Plane.Namespace(ctx, ns))
		claim := minimal(t, ns)
		merge(claim.Object, map[string]any{"spec": map[string]any{"environment": "NonProduction"}})
		_, err := lab.Plane.Create(ctx, claim)
		need(t, err)
	}
	says(t, bounded, "Synced", "False",
		"cannot do without a guardrail: there is none, and the function runs with --guardrails=Required")
	if n := len(composed(t, bounded)); n > 0 {
		t.Errorf("the refused claim has %d objects", n)
	}

	bind(t, map[string]any{})
	says(t, bounded, "GuardrailsMet", "True", "The claim is within guardrail "+bounds)
	says(t, resumed, "GuardrailsMet", "True", "The claim is within guardrail "+bounds)
	for _, ns := range []string{bounded, resumed} {
		need(t, lab.Ready(ctx, ns, name, readyIn, func(string) {}))
	}
	resumes(t)

	was := identities(t, bounded)
	tighten(t, was)
	for _, ns := range []string{bounded, resumed} {
		// The claims are deleted while other tests run.
		need(t,
			harness.Eventually(ctx, readyIn,
				func(ctx context.Context) error { return lab.Plane.Delete(ctx, harness.Claims, ns, name) }))
	}
	need(t, lab.Plane.Delete(ctx, guardrails, "", bounds))
}

// requireGuardrails has Crossplane ask a function that requires guardrails, until
// the test ends.
func requireGuardrails(t *testing.T) {
	t.Helper()
	usual, port := lab.Function, lab.FunctionPort
	strict, err := lab.StartFunction("function-required", lab.Environment.Function, "--guardrails=Required")
	need(t, err)
	required := lab.Function
	need(t, lab.UseFunction(t.Context(), strict))
	t.Cleanup(func() {
		lab.Function, lab.FunctionPort = usual, port
		need(t, lab.UseFunction(context.Background(), port))
		required.Stop()
	})
}

// bind writes the guardrail of both claims, with more in its spec.
func bind(t *testing.T, over map[string]any) {
	t.Helper()
	need(t, lab.Plane.Apply(t.Context(), guardrail(over)))
}

func guardrail(over map[string]any) *unstructured.Unstructured {
	spec := map[string]any{
		"namespaces": []any{bounded, resumed},
		"allow": map[string]any{
			"providerConfigs": []any{map[string]any{"name": "default"}},
			"images":          []any{"public.ecr.aws/nginx/*", "public.ecr.aws/docker/library/*"},
		},
		"stacks": []any{map[string]any{"claim": resumed + "/" + name, "id": resumedID}},
	}
	maps.Copy(spec, over)
	return harness.Object("platform.kasha.io/v1alpha1", "KashaGuardrail", "", bounds, map[string]any{"spec": spec})
}

// says waits until a claim's condition has this message. Meanwhile it makes Crossplane
// reconcile the claim, because Crossplane does not watch guardrails.
func says(t *testing.T, ns, condition, status, message string) {
	t.Helper()
	need(t, harness.Eventually(t.Context(), 2*time.Minute, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, ns, name)
		if err != nil {
			return err
		}
		found := harness.FindCondition(c, condition)
		if said, _ := found["message"].(string); found["status"] == status && strings.Contains(said, message) {
			return nil
		}
		annotations := c.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["example.org/looked"] = time.Now().String()
		c.SetAnnotations(annotations)
		_, err = lab.Plane.Update(ctx, c)
		return fmt.Errorf("%s is not %s with %q, but %v (%w)", condition, status, message, found, err)
	}))
}

// resumes checks that the claim has the ID that the guardrail lists, and so its names in AWS.
func resumes(t *testing.T) {
	t.Helper()
	for ns, want := range map[string]bool{resumed: true, bounded: false} {
		c, err := lab.Claim(t.Context(), ns, name)
		need(t, err)
		if id, _, _ := unstructured.NestedString(c.Object, "status", "stackID"); (id == resumedID) != want {
			t.Errorf("the stack of %s is %s", ns, id)
		}
		role := composed(t, ns)["Role/shop-role-task"]
		if role == nil || strings.HasPrefix(role.GetAnnotations()[externalName], resumedID+"-") != want {
			t.Errorf("the role of %s has another name: %v", ns, role)
		}
	}
}

// tighten makes the guardrail stricter than the claim. The claim keeps what it has and says
// so, and gets nothing new.
func tighten(t *testing.T, was map[string]identity) {
	t.Helper()
	tight := map[string]any{"limit": map[string]any{"tasks": int64(2)}}
	bind(t, tight)
	says(t, bounded, "GuardrailsMet", "False", "limit.tasks")
	c, err := lab.Claim(t.Context(), bounded, name)
	need(t, err)
	need(t, harness.Unready(c))
	areWhoTheyWere(t, bounded, was)

	scale := func(n int64) {
		need(t, lab.Change(t.Context(), bounded, name, func(spec map[string]any) {
			merge(spec, map[string]any{"backend": map[string]any{"scaling": map[string]any{"max": n}}})
		}))
	}
	most, _, _ := unstructured.NestedInt64(c.Object, "spec", "backend", "scaling", "max")
	scale(most + 1)
	says(t, bounded, "Synced", "False",
		fmt.Sprintf("cannot use %d: guardrail bounds allows at most 2 (limit.tasks)", most+1))
	areWhoTheyWere(t, bounded, was)
	scale(most)
	says(t, bounded, "Synced", "True", "")
}

// areWhoTheyWere checks that every object still exists and has the same name.
func areWhoTheyWere(t *testing.T, ns string, was map[string]identity) {
	t.Helper()
	now := identities(t, ns)
	for id, is := range was {
		if now[id] != is {
			t.Errorf("%s of %s was %v and is %v", id, ns, is, now[id])
		}
	}
}
