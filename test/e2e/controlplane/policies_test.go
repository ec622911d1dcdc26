package controlplane

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

var (
	policies = schema.GroupVersionKind{
		Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingAdmissionPolicy",
	}
	configMaps = schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}
	coreEvents = schema.GroupVersionKind{Version: "v1", Kind: "Event"}
	queues     = schema.GroupVersionKind{Group: "sqs.aws.m.upbound.io", Version: "v1beta1", Kind: "Queue"}
)

// as is the control plane for somebody else.
func as(t *testing.T, user string, groups ...string) *harness.Cluster {
	t.Helper()
	c, err := lab.Plane.As(user, groups...)
	need(t, err)
	return c
}

// The API server checks an expression against the kinds that it is about. An expression
// that does not fit would fail at the first request.
func TestThePoliciesFitTheirKinds(t *testing.T) {
	manifests, err := harness.ReadManifests(lab.Path("docs", "install", "admission.yaml"))
	need(t, err)
	checked := 0
	for _, m := range manifests {
		if m.GetKind() != policies.Kind {
			continue
		}
		checked++
		need(t, harness.Eventually(t.Context(), 2*time.Minute, func(ctx context.Context) error {
			p, err := lab.Plane.Get(ctx, policies, "", m.GetName())
			if err != nil {
				return err
			}
			if seen, _, _ := unstructured.NestedInt64(p.Object, "status",
				"observedGeneration"); seen != p.GetGeneration() {
				return fmt.Errorf("%s has not been checked", m.GetName())
			}
			if warnings, _, _ := unstructured.NestedSlice(p.Object, "status", "typeChecking",
				"expressionWarnings"); len(warnings) > 0 {
				t.Errorf("%s: %v", m.GetName(), warnings)
			}
			return nil
		}))
	}
	if checked == 0 {
		t.Error("there is no policy")
	}
}

// Only Crossplane and the platform team say what a claim is composed of.
func TestOnlyThePlatformWritesHowAClaimIsComposed(t *testing.T) {
	const ns = "team-policies"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	refs := map[string]any{
		"resourceRefs": []any{map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "evil"}},
	}
	team := as(t, "ada", "team-policies", harness.Masters)
	platform := as(t, "grace", "kasha:platform", harness.Masters)
	crossplane := as(t, harness.Crossplane, harness.Masters)
	refusesSoon(t, ns, team, refs)
	living := paused(t, ns, refs)
	_, err := crossplane.Create(ctx, living)
	need(t, err)

	cases := map[string]struct {
		reason  string
		by      *harness.Cluster
		do      func(*harness.Cluster) error
		refused bool
	}{
		"Create": {reason: "A claim as people write it.", by: team, do: create(ns, nil)},
		"CreateWithRefs": {
			reason: "They are what Crossplane would take for the claim's own.", by: team, do: create(ns, refs),
			refused: true,
		},
		"CreateWithComposition": {
			reason: "Another composition, another function.", by: team,
			do: create(ns, map[string]any{"compositionRef": map[string]any{"name": "other"}}), refused: true,
		},
		"CreateWithRevision": {
			reason: "An old revision may lack what keeps others apart.", by: team,
			do: create(ns, map[string]any{"compositionRevisionRef": map[string]any{"name": "kasha-1"}}), refused: true,
		},
		"CreateWithoutUpdates": {
			reason: "The same, from now on.", by: team,
			do: create(ns, map[string]any{"compositionUpdatePolicy": "Manual"}), refused: true,
		},
		"AdminCreates": {
			reason: "An administrator's mistake is as bad.", by: lab.Plane.Cluster, do: create(ns, refs),
			refused: true,
		},
		"SpoofedAccount": {
			reason: "A service account of that name in another namespace.",
			by:     as(t, "system:serviceaccount:"+ns+":crossplane", harness.Masters), do: create(ns, refs),
			refused: true,
		},
		"PlatformCreates":   {reason: "For moving claims between clusters.", by: platform, do: create(ns, refs)},
		"CrossplaneCreates": {reason: "It does not, but is trusted.", by: crossplane, do: create(ns, refs)},
		"Change": {reason: "What the claim is for.", by: team, do: update(ns, func(spec map[string]any) {
			//nolint:forcetypeassert // A claim has a backend.
			spec["backend"].(map[string]any)["image"] = "registry.example.org/shop/backend:2.0.0"
		})},
		"Apply": {reason: "GitOps never names the field.", by: team, do: apply(ns)},
		"Label": {
			reason: "Metadata is not the claim's composition.", by: team,
			do: patch(ns, `{"metadata":{"labels":{"a":"b"}}}`),
		},
		"PatchRefs": {
			reason: "Later is as bad as at first.", by: team,
			do: patch(ns, `{"spec":{"crossplane":{"resourceRefs":[]}}}`), refused: true,
		},
		"Forget": {
			reason: "A claim without its references forgets its resources.", by: team,
			do: patch(ns, `{"spec":{"crossplane":null}}`), refused: true,
		},
		"Replace": {
			reason: "kubectl replace drops what the file does not have.", by: team,
			do: update(ns, func(spec map[string]any) { delete(spec, "crossplane") }), refused: true,
		},
		"HoldUpdates": {
			reason: "An author does not choose the composition.", by: team,
			do: patch(ns, `{"spec":{"crossplane":{"compositionUpdatePolicy":"Manual"}}}`), refused: true,
		},
		"PlatformHolds": {
			reason: "The platform team does.", by: platform,
			do: patch(ns, `{"spec":{"crossplane":{"compositionUpdatePolicy":"Manual"}}}`),
		},
		"CrossplaneChanges": {
			reason: "This is what it does all the time.", by: crossplane,
			do: patch(ns, `{"spec":{"crossplane":{"resourceRefs":[]}}}`),
		},
	}
	for name, tc := range cases {
		says := ""
		if tc.refused {
			says = "cannot change spec.crossplane"
		}
		t.Run(name, func(t *testing.T) { isRefused(t, tc.reason, tc.do(tc.by), says) })
	}
	discard(t, ns, name)
}

// isRefused checks that the request is refused with these words. Without words, it checks
// that the request is accepted.
func isRefused(t *testing.T, reason string, err error, says string) {
	t.Helper()
	switch {
	case says == "" && err != nil:
		t.Errorf("%s\nit must be let through: %v", reason, err)
	case says != "" && err == nil:
		t.Errorf("%s\nit must be refused", reason)
	case says != "" && !strings.Contains(err.Error(), says):
		t.Errorf("%s\nit is refused for another reason: %v\nwant: %s", reason, err, says)
	}
}

// refusesSoon waits until the API server knows the policy.
func refusesSoon(t *testing.T, ns string, by *harness.Cluster, crossplane map[string]any) {
	t.Helper()
	need(t, harness.Eventually(t.Context(), time.Minute, func(context.Context) error {
		if err := create(ns, crossplane)(by); !apierrors.IsForbidden(err) {
			return fmt.Errorf("the policy is not in force: %v", err)
		}
		return nil
	}))
}

// paused is a claim that composes nothing.
func paused(t *testing.T, namespace string, crossplane map[string]any) *unstructured.Unstructured {
	t.Helper()
	c := minimal(t, namespace)
	c.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	if crossplane != nil {
		need(t, unstructured.SetNestedField(c.Object, crossplane, "spec", "crossplane"))
	}
	return c
}

// discard deletes a claim that has composed nothing.
func discard(t *testing.T, namespace, name string) {
	t.Helper()
	need(t, unprotect(t.Context(), namespace, name))
	need(t, lab.Plane.Delete(t.Context(), harness.Claims, namespace, name))
}

func unprotect(ctx context.Context, namespace, name string) error {
	return lab.Change(ctx, namespace, name, func(spec map[string]any) { spec["deletionProtection"] = false })
}

// The requests are dry runs.

func create(namespace string, crossplane map[string]any) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		claim, err := harness.ReadClaim(lab.Path("examples", "minimal.yaml"))
		if err != nil {
			return err
		}
		claim.SetNamespace(namespace)
		claim.SetName("new")
		if crossplane != nil {
			//nolint:forcetypeassert // A claim has a spec.
			claim.Object["spec"].(map[string]any)["crossplane"] = crossplane
		}
		_, err = c.Create(context.Background(), claim, dryRun)
		return err
	}
}

func update(namespace string, change func(spec map[string]any)) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		// Meanwhile Crossplane writes into the status that the claim is paused.
		return retry.RetryOnConflict(retry.DefaultRetry, func() error {
			claim, err := c.Get(context.Background(), harness.Claims, namespace, name)
			if err != nil {
				return err
			}
			change(claim.Object["spec"].(map[string]any)) //nolint:forcetypeassert // A claim has a spec.
			_, err = c.Update(context.Background(), claim, dryRun)
			return err
		})
	}
}

func apply(namespace string) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		r, err := c.Of(harness.Claims, namespace)
		if err != nil {
			return err
		}
		claim, err := harness.ReadClaim(lab.Path("examples", "minimal.yaml"))
		if err != nil {
			return err
		}
		claim.SetNamespace(namespace)
		_, err = r.Apply(context.Background(), name, claim,
			metav1.ApplyOptions{FieldManager: "argocd-controller", Force: true, DryRun: []string{dryRun}})
		return err
	}
}

func patch(namespace, merge string) func(*harness.Cluster) error {
	return patchOf(harness.Claims, namespace, name, merge)
}

func patchOf(gvk schema.GroupVersionKind, namespace, name, merge string,
	subresources ...string) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		r, err := c.Of(gvk, namespace)
		if err != nil {
			return err
		}
		_, err = r.Patch(context.Background(), name, types.MergePatchType, []byte(merge),
			metav1.PatchOptions{DryRun: []string{dryRun}}, subresources...)
		return err
	}
}

// An author has what the role gives in a namespace: claims, and a look at what
// they are composed of.
func TestAuthors(t *testing.T) {
	const ns, other = "team-authors", "team-others"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	need(t, lab.Plane.Namespace(ctx, other))
	need(t,
		lab.Plane.Apply(ctx,
			harness.Object("rbac.authorization.k8s.io/v1", "RoleBinding", ns, "authors", map[string]any{
				"roleRef": map[string]any{
					"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "kasha-author",
				},
				"subjects": []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group",
					"name": "authors"}},
			})))
	author := as(t, "ada", "authors")

	allowed := []struct {
		name string
		do   func(*harness.Cluster) error
	}{
		{"create a claim", func(c *harness.Cluster) error { _, err := c.Create(ctx, paused(t, ns, nil)); return err }},
		{"read it", func(c *harness.Cluster) error { _, err := c.Get(ctx, harness.Claims, ns, name); return err }},
		{"list claims", list(harness.Claims, ns)},
		{"change it", update(ns, func(spec map[string]any) { spec["tags"] = map[string]any{"a": "b"} })},
		{"apply it", apply(ns)},
		{"patch it", patch(ns, `{"spec":{"deletionProtection":false}}`)},
		{"look at managed resources", list(queues, ns)},
		{"look at events", list(coreEvents, ns)},
		{"turn its protection off", func(*harness.Cluster) error { return unprotect(ctx, ns, name) }},
		{"delete it", func(c *harness.Cluster) error { return c.Delete(ctx, harness.Claims, ns, name) }},
	}
	// The API server applies a new binding after a moment.
	need(t,
		harness.Eventually(ctx, time.Minute, func(context.Context) error { return list(harness.Claims, ns)(author) }))
	for _, tc := range allowed {
		if err := tc.do(author); err != nil {
			t.Errorf("an author must be able to %s: %v", tc.name, err)
		}
	}

	secret := harness.Object("v1", "Secret", ns, "shop-connection-209ec507", nil)
	usage := harness.Object("protection.crossplane.io/v1beta1", "Usage", ns, "shop-usage-claim",
		map[string]any{"spec": map[string]any{
			"reason": "forged",
			"of": map[string]any{"apiVersion": "v1", "kind": "ConfigMap",
				"resourceRef": map[string]any{"name": "a"}},
		}})
	queue := harness.Object("sqs.aws.m.upbound.io/v1beta1", "Queue", ns, "shop-queue-jobs",
		map[string]any{"spec": map[string]any{"forProvider": map[string]any{"region": "us-east-1"}}})
	configMap := harness.Object("v1", "ConfigMap", ns, "evil", nil)
	forbidden := map[string]func(*harness.Cluster) error{
		"write a claim's status": patchOf(harness.Claims, ns, name, `{"status":{"health":"fine"}}`,
			"status"),
		"name what a claim is composed of": create(ns,
			map[string]any{
				"resourceRefs": []any{map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "evil"}},
			}),
		"write claims in another namespace": create(other, nil),
		"read claims in another namespace":  list(harness.Claims, other),
		"make a managed resource":           attempt(queue),
		"change a managed resource": patchOf(queues, ns, "shop-queue-jobs",
			`{"metadata":{"annotations":{"crossplane.io/external-name":"E1VICTIM"}}}`),
		"change a managed resource's status": patchOf(queues, ns, "shop-queue-jobs",
			`{"status":{"atProvider":{"arn":"forged"}}}`, "status"),
		"delete a managed resource": func(c *harness.Cluster) error {
			return c.Delete(ctx, queues, ns, "shop-queue-jobs")
		},
		"make a Secret": attempt(secret),
		"read Secrets":  list(harness.Secrets, ns),
		"change a Secret": patchOf(harness.Secrets, ns, "shop-connection-209ec507",
			`{"data":null}`),
		"make a Usage": attempt(usage),
		"delete a Usage": func(c *harness.Cluster) error {
			return c.Delete(ctx, harness.Usages, ns, "shop-usage-claim")
		},
		"make a ConfigMap": attempt(configMap),
	}
	for what, do := range forbidden {
		if err := do(author); !apierrors.IsForbidden(err) {
			t.Errorf("an author must not be able to %s: %v", what, err)
		}
	}
}

func list(gvk schema.GroupVersionKind, namespace string) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		_, err := c.List(context.Background(), gvk, namespace)
		return err
	}
}

func attempt(o *unstructured.Unstructured) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		_, err := c.Create(context.Background(), o, dryRun)
		return err
	}
}

// Without the policy, or after a mistake of a trusted user, a claim may name objects of
// others. It still gets its own resources, and reads no values of these objects.
// docs/adr/0012 says what Crossplane does with them.
func TestForgedObjectsAreIgnored(t *testing.T) {
	cases := map[string]struct {
		reason string
		// forged are keys by the names of the ConfigMaps that claim to have them.
		forged map[string]string
		stays  bool
		want   []string
	}{
		"team-forged-kept": {
			reason: "Crossplane leaves alone what stands in the place of something that " +
				"it makes, and gives that its name.",
			forged: map[string]string{"shop-vault": "vault", "odd": "alias-data"},
			stays:  true,
			want:   []string{"Vault/shop-vault", "Alias/odd", "Distribution/shop-distribution"},
		},
		"team-forged-deleted": {
			reason: "Crossplane deletes what is in nothing's place. The distribution waits for others at first.",
			forged: map[string]string{"shop-distribution": "distribution", "evil": "evil"},
			want:   []string{"Vault/shop-vault", "Alias/shop-alias-data", "Distribution/shop-distribution"},
		},
	}
	for ns, tc := range cases {
		forge(t, ns, tc.forged)
	}
	for ns, tc := range cases {
		need(t, lab.Ready(t.Context(), ns, name, readyIn, func(string) {}))
		objects := composed(t, ns)
		for id, o := range objects {
			if o.GetKind() != configMaps.Kind && o.GetAnnotations()[externalName] == victim {
				t.Errorf("%s is %s in AWS", id, victim)
			}
		}
		for _, id := range tc.want {
			if objects[id] == nil {
				t.Errorf("%s\n%s is not there", tc.reason, id)
			}
		}
		for object, key := range tc.forged {
			if _, err := lab.Plane.Get(t.Context(), configMaps, ns, object); tc.stays != (err == nil) {
				t.Errorf("%s\nthe ConfigMap %s: %v", tc.reason, object, err)
			}
			if want := fmt.Sprintf("cannot use ConfigMap %s as %q", object, key); tc.stays &&
				!strings.Contains(eventsIn(t, ns), want) {
				t.Errorf("no event says %s:\n%s", want, eventsIn(t, ns))
			}
		}
		remove(t, ns, name)
	}
}

// victim is the resource that a forged object tries to take over.
const victim = "E1VICTIM"

// forge makes ConfigMaps that claim to have a claim's keys, and a claim that names
// them.
func forge(t *testing.T, ns string, forged map[string]string) {
	t.Helper()
	need(t, lab.Plane.Namespace(t.Context(), ns))
	var refs []any
	for object, key := range forged {
		o := harness.Object("v1", "ConfigMap", ns, object, nil)
		o.SetAnnotations(map[string]string{resourceName: key, externalName: victim})
		_, err := lab.Plane.Create(t.Context(), o)
		need(t, err)
		refs = append(refs, map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": object})
	}
	claim := minimal(t, ns)
	need(t, unstructured.SetNestedSlice(claim.Object, refs, "spec", "crossplane", "resourceRefs"))
	_, err := as(t, "grace", "kasha:platform", harness.Masters).Create(t.Context(), claim)
	need(t, err)
}

// eventsIn are the messages of a namespace's events.
func eventsIn(t *testing.T, namespace string) string {
	t.Helper()
	all, err := lab.Plane.List(t.Context(), coreEvents, namespace)
	need(t, err)
	var out []string
	for _, e := range all {
		message, _, _ := unstructured.NestedString(e.Object, "message")
		out = append(out, message)
	}
	return strings.Join(out, "\n")
}
