package function

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const adopts = "adopt: {stackID: shop-1a2b3c}"

// TestAdopts: a claim takes over a stack where its guardrail allows the ID, and nowhere else.
func TestAdopts(t *testing.T) {
	allow := func(more string) map[string]any {
		return guardrail(t, "spec: {allow: {stackIDs: [shop-1a2b3c]}"+more+"}")
	}
	cases := map[string]struct {
		reason string
		within []map[string]any
		says   string
	}{
		"Allowed": {reason: "The platform team has decided it.", within: []map[string]any{allow("")}},
		"NoGuardrails": {
			reason: "Nobody has decided whose stack it is.",
			says:   "cannot adopt shop-1a2b3c without a guardrail that allows it",
		},
		"NotListed": {
			reason: "A list that is not there allows nothing.", within: []map[string]any{guardrail(t, "")},
			says: "cannot use shop-1a2b3c: guardrail team-shop allows none (allow.stackIDs)",
		},
		"OnlyReported": {
			reason: "After a report the stack would be taken already.",
			within: []map[string]any{guardrail(t, "spec: {enforcement: Report}")},
			says:   "cannot use shop-1a2b3c: guardrail team-shop allows none (allow.stackIDs)",
		},
		"OfAnotherNamespace": {
			reason: "Another team's guardrail allows it to the other team.",
			within: []map[string]any{allow(", namespaces: [team-pay]"), guardrail(t, "metadata: {name: mine}")},
			says:   "cannot use shop-1a2b3c: guardrail mine allows none (allow.stackIDs)",
		},
		"ResumedAsAnother": {
			reason: "The platform team has listed another ID for the claim.",
			within: []map[string]any{allow(", stacks: [{claim: team-shop/shop, id: shop-abcdefgh}]")},
			says:   "cannot adopt shop-1a2b3c: the claim is shop-abcdefgh",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := within(claim(t, "spec: {"+adopts+"}"), tc.within...)
			got := settleOrRefuse(t, w)
			if tc.says != "" {
				if !strings.Contains(got, tc.says) || len(w.Observed) > 0 {
					t.Errorf("%s\n%d resources are made, and the function says: %s", tc.reason, len(w.Observed), got)
				}
				return
			}
			if got != "" {
				t.Fatalf("%s\nthe function says: %s", tc.reason, got)
			}
			if name := externalNameOf(w, "role-task"); name != "shop-1a2b3c-ecsTaskRole" {
				t.Errorf("%s\nthe role is called %s", tc.reason, name)
			}
		})
	}
}

// TestAdoptedLives: what lives keeps its names, whatever happens to the field, the guardrail, and what is observed.
func TestAdoptedLives(t *testing.T) {
	allowed := guardrail(t, "spec: {allow: {stackIDs: [shop-1a2b3c]}}")
	none := guardrail(t, "")
	cases := map[string]struct {
		reason string
		spec   string
		do     func(w *simulator.World)
		says   string
	}{
		"NoLongerAllowed": {
			reason: "It was accepted, and keeps what it has.", spec: adopts,
			do: func(w *simulator.World) { w.Guardrails = []map[string]any{none} },
		},
		"AddedLater": {
			reason: "A living claim is never renamed, also where the schema's own check is missing.",
			do:     func(w *simulator.World) { changeSpec(t, w, adopts) },
			says:   "nothing has been changed",
		},
		"Removed": {
			reason: "The resources say what they are.", spec: adopts,
			do: func(w *simulator.World) { delete(specOf(w), "adopt") },
		},
		"Changed": {
			reason: "The resources say what they are.", spec: adopts,
			do:   func(w *simulator.World) { changeSpec(t, w, "adopt: {stackID: shop-abcdefgh}") },
			says: "cannot adopt shop-abcdefgh: the claim is shop-1a2b3c",
		},
		"RemovedWhileNothingIsObserved": {
			reason: "kubectl replace drops the references; a second stack would be made beside the first.",
			spec:   adopts,
			do: func(w *simulator.World) {
				delete(specOf(w), "adopt")
				w.Observed = map[string]map[string]any{}
			},
			says: `cannot continue as "shop-1a2b3c"`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := within(claim(t, "spec: {"+tc.spec+"}"), allowed)
			if m := settleOrRefuse(t, w); m != "" {
				t.Fatal(m)
			}
			was := awsNames(w)
			tc.do(w)
			got := settleOrRefuse(t, w)
			if (tc.says == "") != (got == "") || !strings.Contains(got, tc.says) {
				t.Errorf("%s\nthe function says: %s", tc.reason, got)
			}
			for key, name := range awsNames(w) {
				if was[key] != name {
					t.Errorf("%s\n%s was %s in AWS, and is %s", tc.reason, key, was[key], name)
				}
			}
		})
	}
}

func specOf(w *simulator.World) map[string]any {
	spec, _ := w.Composite["spec"].(map[string]any)
	return spec
}

func awsNames(w *simulator.World) map[string]string {
	out := map[string]string{}
	for key := range w.Observed {
		out[key] = externalNameOf(w, key)
	}
	return out
}
