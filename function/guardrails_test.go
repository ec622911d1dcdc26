package function

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// openGuardrail allows everything that a claim may name.
const openGuardrail = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaGuardrail
metadata: {name: team-shop}
spec:
  namespaces: [team-shop]
  allow:
    providerConfigs: [{name: "*"}]
    images: ["*"]
    secretARNs: ["*"]
    parameterARNs: ["*"]
    permissions: ["*"]
    egress: ["*"]
    snapshots: ["*"]
    domains: ["*"]
    hostedZones: ["*"]
    networks: ["*"]
    copyRegions: ["*"]
    copyVaultARNs: ["*"]
    restoreTestConfigs: [{name: "*"}]
    restoreTestSubnetGroups: ["*"]
    originPrefixLists: ["*"]
    uploaders: ["*"]
    overrides: ["*"]
    permissionsBoundaryARNs: ["*"]
`

// guardrail merges YAML over an open guardrail, and passes it through the API server.
func guardrail(t testing.TB, over string) map[string]any {
	t.Helper()
	base, err := schema.Decode([]byte(openGuardrail))
	if err != nil {
		t.Fatal(err)
	}
	o, err := schema.Decode([]byte(over))
	if err != nil {
		t.Fatal(err)
	}
	g := merge(base, o)
	if err := schema.Admit(g, nil); err != nil {
		t.Fatalf("the guardrail of a test must be good: %v", err)
	}
	return g
}

// within is a new world of a claim within guardrails.
func within(c map[string]any, guardrails ...map[string]any) *simulator.World {
	w := simulator.New(c)
	w.Guardrails = guardrails
	return w
}

// settleOrRefuse drives a world to rest, and returns why the claim is refused.
func settleOrRefuse(t testing.TB, w *simulator.World) string {
	t.Helper()
	if err := w.Settle(context.Background(), newFunction(), 2*maxPasses); err != nil {
		return err.Error()
	}
	return ""
}

// changeSpec changes the spec of a living claim, as its author would.
func changeSpec(t testing.TB, w *simulator.World, spec string) {
	t.Helper()
	o, err := schema.Decode([]byte("spec: {" + spec + "}"))
	if err != nil {
		t.Fatal(err)
	}
	w.Composite = merge(w.Composite, o)
	meta, _ := w.Composite["metadata"].(map[string]any)
	was, _ := meta["generation"].(float64)
	meta["generation"] = was + 1
}

func guardrailsMet(w *simulator.World) (reason, message string) {
	for _, c := range w.Response.GetConditions() {
		if c.GetType() == v1alpha1.ConditionGuardrails {
			return c.GetReason(), c.GetMessage()
		}
	}
	return "", ""
}

// TestWithinGuardrails: a claim within its bounds is ready, and says which guardrail it is
// within.
func TestWithinGuardrails(t *testing.T) {
	w := within(claim(t, ""), guardrail(t, "spec: {limit: {tasks: 20, monthlyUSD: 1000}}"))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	reason, message := guardrailsMet(w)
	if reason != "Met" || message != "The claim is within guardrail team-shop." {
		t.Errorf("got %s, %s", reason, message)
	}
	if got := simulator.Text(w.Composite, "status", "guardrail"); got != "team-shop" {
		t.Errorf("status.guardrail is %q", got)
	}
	if got := w.Response.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_TRUE {
		t.Errorf("the claim is %s", got)
	}
}

// TestOutOfBounds: a new claim out of bounds gets no resources. Its message lists every
// violation together with the other errors.
func TestOutOfBounds(t *testing.T) {
	w := within(claim(t, "spec: {edge: {waf: {mode: Count}}, backend: {scaling: {max: 50}}}"),
		guardrail(t, "spec: {limit: {tasks: 20}, require: {firewall: true}}"))
	want := "spec.backend.scaling.max: cannot use 50: guardrail team-shop allows at most 20 (limit.tasks); " +
		"use less, or ask the platform team\n" +
		"spec.edge.waf.mode: cannot use Count: guardrail team-shop requires Block (require.firewall); " +
		"change it, or ask the platform team"
	if got := settleOrRefuse(t, w); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(w.Observed) > 0 {
		t.Errorf("the refused claim has %d resources", len(w.Observed))
	}
}

// TestTooExpensive: the function knows what a claim costs when it knows the claim's
// resources.
func TestTooExpensive(t *testing.T) {
	g := guardrail(t, "spec: {limit: {monthlyUSD: 600}}")
	if m := settleOrRefuse(t, within(claim(t, ""), g)); m != "" {
		t.Errorf("a claim within the limit is refused: %s", m)
	}
	got := settleOrRefuse(t, within(claim(t, "spec: {backend: {scaling: {max: 1000}}}"), g))
	if !strings.Contains(got, "guardrail team-shop allows at most 600 (limit.monthlyUSD)") {
		t.Errorf("a thousand tasks are not too expensive: %q", got)
	}
	got = settleOrRefuse(t, within(claim(t, "spec: {database: {instanceClass: db.r9g.large}}"), g))
	if !strings.Contains(got, "its price is not known (limit.monthlyUSD)") {
		t.Errorf("a database of an unknown price is free: %q", got)
	}
}

// TestTightenedGuardrail: a new or tighter guardrail removes nothing from a living claim.
// The claim can be changed within the bounds, and must not exceed them further.
func TestTightenedGuardrail(t *testing.T) {
	w := within(claim(t, "spec: {backend: {scaling: {max: 50}}}"))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	before := slices.Sorted(maps.Keys(w.Observed))

	w.Guardrails = []map[string]any{guardrail(t, "spec: {limit: {tasks: 20}}")}
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatalf("a living claim is refused: %s", m)
	}
	if after := slices.Sorted(maps.Keys(w.Observed)); !slices.Equal(before, after) {
		t.Error("a living claim loses or gets resources")
	}
	reason, message := guardrailsMet(w)
	want := "Guardrail team-shop refuses spec.backend.scaling.max (limit.tasks) in a new claim. " +
		"This claim had it before, and keeps it."
	if reason != "Violated" || message != want {
		t.Errorf("got %s, %s", reason, message)
	}
	if got := w.Response.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_TRUE {
		t.Errorf("a claim beyond its new bound is %s", got)
	}
	if got := simulator.Text(w.Composite, "status", "health"); got != "10/10 tiers" {
		t.Errorf("its health is %q", got)
	}

	changeSpec(t, w, `frontend: {image: "registry.example.org/shop/frontend:2.0.0"}`)
	if m := settleOrRefuse(t, w); m != "" {
		t.Errorf("it cannot roll out another image: %s", m)
	}
	changeSpec(t, w, "backend: {scaling: {max: 51}}")
	if m := settleOrRefuse(t, w); !strings.Contains(m, "cannot use 51") {
		t.Errorf("it goes further out: %q", m)
	}
	changeSpec(t, w, "backend: {scaling: {max: 20}}")
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	if reason, _ := guardrailsMet(w); reason != "Met" {
		t.Errorf("it is within the bounds, but says %s", reason)
	}
	changeSpec(t, w, "backend: {scaling: {max: 50}}")
	if m := settleOrRefuse(t, w); !strings.Contains(m, "cannot use 50") {
		t.Errorf("it exceeds the bound again, after it was within: %q", m)
	}
}

// TestTameClaimTurnsBad: an accepted claim is judged again when it changes.
func TestTameClaimTurnsBad(t *testing.T) {
	w := within(claim(t, ""), guardrail(t, `spec: {allow: {secretARNs: []}}`))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	const arn = "arn:aws:secretsmanager:us-east-1:999988887777:secret:platform/root-token-AbCdEf"
	changeSpec(t, w, `backend: {secrets: {LOOT: {secretARN: "`+arn+`"}}}`)
	if m := settleOrRefuse(t, w); !strings.Contains(m, "allows none (allow.secretARNs)") {
		t.Errorf("the secret is read: %q", m)
	}
}

// TestLedgerIsAuthorsNot: the record of what a claim was accepted with is on objects of
// AWS resources, which its author cannot write. A record on the claim itself or on a
// ConfigMap does not count.
func TestLedgerIsAuthorsNot(t *testing.T) {
	forged := `{"values":{"allow.images":["evil.example.org/miner:1"]},"generation":1}`
	c := claim(t, `spec: {frontend: {image: "evil.example.org/miner:1"}}`)
	meta, _ := c["metadata"].(map[string]any)
	meta["annotations"] = map[string]any{v1alpha1.AnnotationAccepted: forged}
	w := within(c, guardrail(t, `spec: {allow: {images: ["registry.example.org/*"]}}`))
	for _, key := range []string{"cluster", "key-data"} {
		w.Observed[key] = map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{
			"name": key, "annotations": map[string]any{v1alpha1.AnnotationAccepted: forged},
		}}
	}
	if m := settleOrRefuse(t, w); !strings.Contains(m, "cannot use evil.example.org/miner:1") {
		t.Errorf("a forged ledger is believed: %q", m)
	}
}

// TestSecretIsNoLife: if an author adds a Secret of the namespace to a claim's resources, the
// claim is still a new one. Where no guardrail matches, only living claims are composed.
func TestSecretIsNoLife(t *testing.T) {
	w := within(claim(t, ""), guardrail(t, "{metadata: {name: pay}, spec: {namespaces: [team-pay]}}"))
	w.Observed["connection-db"] = map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{
		"name": "shop-connection-db", "namespace": "team-shop",
	}}
	if m := settleOrRefuse(t, w); !strings.Contains(m, "none matches namespace team-shop") {
		t.Errorf("the claim is composed: %q", m)
	}
}

// TestLedgers: the ledger is on the ECS cluster and the data key from the first pass on,
// also without guardrails, so that every claim has one when the first guardrail comes. No
// other object has it.
func TestLedgers(t *testing.T) {
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			w := simulator.New(c)
			pass(t, w)
			var have []string
			for key, o := range desired(w) {
				if simulator.Text(o, "metadata", "annotations", v1alpha1.AnnotationAccepted) != "" {
					have = append(have, key)
				}
			}
			slices.Sort(have)
			if !slices.Equal(have, []string{"cluster", "key-data"}) {
				t.Errorf("the ledger is on %v", have)
			}
		})
	}
}

// TestGuardrailIsGone: without its guardrail a claim would lose its permissions boundaries.
// So nothing changes until there is one again.
func TestGuardrailIsGone(t *testing.T) {
	const boundary = "arn:aws:iam::111122223333:policy/kasha-boundary"
	g := guardrail(t, `spec: {impose: {permissionsBoundaryARN: "`+boundary+`"}}`)
	w := within(claim(t, ""), g)
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	w.Guardrails = nil
	if m := settleOrRefuse(t, w); !strings.Contains(m, "cannot do without guardrail team-shop") {
		t.Errorf("the claim is composed without it: %q", m)
	}
	w.Guardrails = []map[string]any{guardrail(t, "metadata: {name: open}")}
	if m := settleOrRefuse(t, w); m != "" {
		t.Errorf("a guardrail that allows everything does not replace it: %s", m)
	}
}

// TestImposed: imposed values are on every resource, whatever the claim says.
func TestImposed(t *testing.T) {
	const boundary = "arn:aws:iam::111122223333:policy/kasha-boundary"
	g := guardrail(t, `spec: {impose: {permissionsBoundaryARN: "`+boundary+`", tags: {Team: shop}}}`)
	w := within(claim(t, `spec: {tags: {team: payments, color: blue}, backup: {restoreTest: {enabled: true}}}`), g)
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	roles := 0
	for key, o := range desired(w) {
		params, _ := lookup(o, "spec", "forProvider").(map[string]any)
		if gvkOf(o).Kind == "Role" {
			roles++
			if params["permissionsBoundary"] != boundary {
				t.Errorf("%s has the boundary %v", key, params["permissionsBoundary"])
			}
		}
		tags, ok := params["tags"].(map[string]any)
		if !ok {
			continue
		}
		if tags["Team"] != "shop" || tags["team"] != nil {
			t.Errorf("%s has the tags %v", key, tags)
		}
	}
	if roles < 4 {
		t.Errorf("only %d roles were looked at", roles)
	}
}

// TestImposedOnLiving: a boundary that is imposed later is set on existing roles. The
// rotation's role cannot have one, and the rotation goes on.
func TestImposedOnLiving(t *testing.T) {
	w := within(claim(t, "spec: {database: {rotation: Application}}"))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	const boundary = "arn:aws:iam::111122223333:policy/kasha-boundary"
	w.Guardrails = []map[string]any{guardrail(t, `spec: {impose: {permissionsBoundaryARN: "`+boundary+`"}}`)}
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatalf("a living claim is refused: %s", m)
	}
	for key, o := range w.Observed {
		got := simulator.Text(o, "spec", "forProvider", "permissionsBoundary")
		if gvkOf(o).Kind == "Role" && got != boundary {
			t.Errorf("%s has the boundary %q", key, got)
		}
	}
	if _, message := guardrailsMet(w); !strings.Contains(message,
		"spec.database.rotation (impose.permissionsBoundaryARN)") {
		t.Errorf("the claim does not say that one role has no boundary: %s", message)
	}
}

// TestTooManyTags: AWS refuses a resource with 51 tags. A living claim loses its last tags
// in favour of the imposed ones.
func TestTooManyTags(t *testing.T) {
	var tags []string
	for i := range 40 {
		tags = append(tags, fmt.Sprintf("tag-%02d: x", i))
	}
	w := within(claim(t, "spec: {tags: {"+strings.Join(tags, ", ")+"}}"))
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatal(m)
	}
	w.Guardrails = []map[string]any{guardrail(t, "spec: {impose: {tags: {a: x, b: x, c: x, d: x, e: x}}}")}
	if m := settleOrRefuse(t, w); m != "" {
		t.Fatalf("a living claim is refused: %s", m)
	}
	got, _ := lookup(w.Observed["vpc"], "spec", "forProvider", "tags").(map[string]any)
	if len(got) != v1alpha1.MaxTags+4 || got["tag-37"] == nil || got["tag-38"] != nil || got["e"] != "x" {
		t.Errorf("the VPC has %d tags: %v", len(got), got)
	}
}

// TestRequired: with --guardrails=Required, deleting the guardrails allows no new
// claim.
func TestRequired(t *testing.T) {
	fn := newFunction()
	fn.Required = true
	err := simulator.New(claim(t, "")).Settle(context.Background(), fn, maxPasses)
	if err == nil || !strings.Contains(err.Error(), "the function runs with --guardrails=Required") {
		t.Errorf("a claim without a guardrail: %v", err)
	}
	if err := within(claim(t, ""), guardrail(t, "")).Settle(context.Background(), fn, 2*maxPasses); err != nil {
		t.Errorf("a claim with a guardrail: %v", err)
	}
}

// TestExampleGuardrail: the guardrail in the package accepts every example. A claim of its
// own has what the guardrail refuses.
func TestExampleGuardrail(t *testing.T) {
	files, err := filepath.Glob("../examples/guardrails/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find the guardrails: %v", err)
	}
	var all []map[string]any
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		g, err := schema.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Admit(g, nil); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all = append(all, g)
	}
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			w := within(c, all...)
			if m := settleOrRefuse(t, w); m != "" {
				t.Fatal(m)
			}
			if reason, message := guardrailsMet(w); reason != "Met" {
				t.Errorf("%s: %s", reason, message)
			}
		})
	}
}

// TestAsksForGuardrails: on a composition from before there were guardrails, the function
// asks for them before it composes anything, and in every pass.
func TestAsksForGuardrails(t *testing.T) {
	req := request(t, simulator.New(claim(t, "")))
	req.RequiredResources = nil
	req.Meta.Capabilities = []fnv1.Capability{fnv1.Capability_CAPABILITY_REQUIRED_RESOURCES}

	rsp := answer(t, req)
	want := rsp.GetRequirements().GetResources()["guardrails-asked"]
	if want.GetKind() != "KashaGuardrail" || want.GetApiVersion() != "platform.kasha.io/v1alpha1" {
		t.Errorf("it asks for %v", rsp.GetRequirements())
	}
	if n := len(rsp.GetDesired().GetResources()); n > 0 {
		t.Errorf("it composes %d resources before it knows the guardrails", n)
	}

	g, err := structpb.NewStruct(guardrail(t, "spec: {allow: {images: []}}"))
	if err != nil {
		t.Fatal(err)
	}
	req.RequiredResources = map[string]*fnv1.Resources{"guardrails-asked": {Items: []*fnv1.Resource{{Resource: g}}}}
	rsp = answer(t, req)
	if m := simulator.Fatal(rsp); !strings.Contains(m, "allows none (allow.images)") {
		t.Errorf("the answer is not read: %q", m)
	}
	if rsp.GetRequirements().GetResources()["guardrails-asked"] == nil {
		t.Error("the requirements change, so Crossplane would call the function again and again")
	}
}

// TestCannotAsk: a Crossplane that does not fetch would apply the empty answer, and delete
// all resources of the claim.
func TestCannotAsk(t *testing.T) {
	req := request(t, atRest(t, claim(t, "")))
	req.RequiredResources = nil
	m := simulator.Fatal(answer(t, req))
	if !strings.Contains(m, "cannot read the guardrails: this Crossplane does not fetch") {
		t.Errorf("got %q", m)
	}
}

func answer(t *testing.T, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	t.Helper()
	rsp, err := newFunction().RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

// TestGuardrailObject: a guardrail composes nothing. It is ready if claims are judged by
// it, and otherwise says why not.
func TestGuardrailObject(t *testing.T) {
	g := guardrail(t, "")
	w := &simulator.World{Composite: g, Guardrails: []map[string]any{g}}
	rsp := answer(t, request(t, w))
	if got := rsp.GetDesired(); len(got.GetResources()) > 0 || got.GetComposite().GetReady() != fnv1.Ready_READY_TRUE {
		t.Errorf("a good guardrail is %v", got)
	}
	if c := rsp.GetConditions(); len(c) != 1 || c[0].GetType() != "Valid" || c[0].GetReason() != "Valid" {
		t.Errorf("it says %v", c)
	}

	w.Guardrails = append(w.Guardrails, guardrail(t, `{metadata: {name: teams}, spec: {namespaces: ["team-*"]}}`))
	rsp = answer(t, request(t, w))
	if rsp.GetDesired().GetComposite().GetReady() != fnv1.Ready_READY_FALSE {
		t.Error("a guardrail that ties with another is ready")
	}
	c := rsp.GetConditions()
	if len(c) != 1 || c[0].GetReason() != "Invalid" || !strings.Contains(c[0].GetMessage(), "teams has namespaces") {
		t.Errorf("it says %v", c)
	}
}

// TestUnlabelledClaim: v0.1.0 wrote no ledger and no stack's label. When the first
// guardrail comes, such a claim is accepted as it is, once.
func TestUnlabelledClaim(t *testing.T) {
	g := guardrail(t, "spec: {limit: {tasks: 20}}")
	old := func(labelled bool) *simulator.World {
		w := atRest(t, claim(t, "spec: {backend: {scaling: {max: 50}}}"))
		w.Guardrails = []map[string]any{g}
		id := simulator.Text(w.Observed["vpc"], "spec", "forProvider", "tags", "kasha.io/stack")
		for _, o := range w.Observed {
			meta, _ := o["metadata"].(map[string]any)
			annotations, _ := meta["annotations"].(map[string]any)
			delete(annotations, v1alpha1.AnnotationAccepted)
			if labels, _ := meta["labels"].(map[string]any); kinds.AWS[gvkOf(o)] != nil {
				delete(labels, v1alpha1.LabelStack)
				if labelled {
					labels[v1alpha1.LabelStack] = id
				}
			}
		}
		return w
	}
	w := old(false)
	if m := settleOrRefuse(t, w); m != "" {
		t.Errorf("a claim of v0.1.0 is refused: %s", m)
	}
	changeSpec(t, w, "backend: {scaling: {max: 51}}")
	if m := settleOrRefuse(t, w); !strings.Contains(m, "cannot use 51") {
		t.Errorf("it is trusted more than once: %q", m)
	}
	if m := settleOrRefuse(t, old(true)); !strings.Contains(m, "cannot use 50") {
		t.Errorf("a newer claim that lost its ledger is accepted: %q", m)
	}
}
