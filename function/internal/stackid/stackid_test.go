package stackid

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

const (
	uid     = "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab"
	derived = "shop-otjdslhi"
	legacy  = "shop-807061"
)

// queue is an SQS queue with this label and this tag. An empty string leaves it out.
func queue(label, tag string) stack.Observed {
	return object("sqs.aws.m.upbound.io/v1beta1", "Queue", label, tag)
}

func object(version, kind, label, tag string) stack.Observed {
	labels, tags := map[string]any{}, map[string]any{}
	if label != "" {
		labels[v1alpha1.LabelStack] = label
	}
	if tag != "" {
		tags[Tag] = tag
	}
	return stacktest.Object{
		"apiVersion": version, "kind": kind,
		"metadata": map[string]any{"labels": labels},
		"spec":     map[string]any{"forProvider": map[string]any{"tags": tags}},
	}
}

func TestChoose(t *testing.T) {
	type observed = map[stack.Key]stack.Observed
	cases := map[string]struct {
		reason string
		in     Input
		want   string
		err    string
	}{
		"New": {
			reason: "A new claim's ID follows from its UID.",
			in:     Input{Generation: 1},
			want:   derived,
		},
		"SecondPass": {
			reason: "Crossplane writes the references before it applies anything, and may stop in between.",
			in:     Input{Generation: 2, Refs: 75},
			want:   derived,
		},
		"Living": {
			reason: "The resources of a claim decide, whatever its UID is after a restore.",
			in:     Input{UID: "another", Observed: observed{"queue-jobs": queue("shop-abcdefgh", "")}},
			want:   "shop-abcdefgh",
		},
		"LivingUnderV010": {
			reason: "v0.1.0 wrote a tag and no label.",
			in:     Input{Observed: observed{"queue-jobs": queue("", "shop-1a2b3c")}},
			want:   "shop-1a2b3c",
		},
		"HalfUpgraded": {
			reason: "The label decides, so a tag that is not applied yet does not matter.",
			in:     Input{Observed: observed{"a": queue("shop-1a2b3c", ""), "b": queue("", "shop-000000")}},
			want:   "shop-1a2b3c",
		},
		"LivingBeatsTheStatus": {
			reason: "The status is not trusted where there is something to observe.",
			in:     Input{Recorded: legacy, Observed: observed{"queue-jobs": queue(derived, "")}},
			want:   derived,
		},
		"ForgedByASecret": {
			reason: "An author can write Secrets, so they decide nothing.",
			in:     Input{Observed: observed{"connection-g1": object("v1", "Secret", "shop-1a2b3c", "")}},
			want:   derived,
		},
		"TwoIDs": {
			reason: "One of them belongs to another claim, and composing under either renames the rest.",
			in:     Input{Observed: observed{"a": queue("shop-1a2b3c", ""), "b": queue("shop-abcdefgh", "")}},
			err:    "its resources have the IDs shop-1a2b3c and shop-abcdefgh",
		},
		"AnotherClaims": {
			reason: "The ID of a claim begins with its name.",
			in:     Input{Observed: observed{"a": queue("payments-1a2b3c", "")}},
			err:    `its resources have the ID "payments-1a2b3c"`,
		},
		"Resumed": {
			reason: "The platform team can give a claim the ID that it had before its namespace was lost.",
			in:     Input{Generation: 1, Resumed: "shop-1a2b3c"},
			want:   "shop-1a2b3c",
		},
		"ReplacedAfterwards": {
			reason: "kubectl replace drops spec.crossplane, so nothing is observed for a pass.",
			in:     Input{Generation: 9, Recorded: derived, Composed: 170},
			want:   derived,
		},
		"ReplacedALegacyClaim": {
			reason: "The status of an upgraded claim names its ID.",
			in:     Input{Generation: 9, Recorded: legacy, Composed: 170},
			want:   legacy,
		},
		"ReplacedUnderV010": {
			reason: "A status that v0.1.0 wrote counts resources and names no ID.",
			in:     Input{Generation: 9, Composed: 152},
			want:   legacy,
		},
		"StatusOfAnotherClaim": {
			reason: "The status cannot choose an ID: its author may be able to edit it.",
			in:     Input{Generation: 2, Recorded: "shop-aaaaaa"},
			err:    `cannot continue as "shop-aaaaaa"`,
		},
		"RestoredBeforeItsResources": {
			reason: "A second, empty stack beside the real one would be the worst outcome.",
			in:     Input{Generation: 1, Refs: 170},
			err:    "restore its managed resources from the backup first",
		},
		"Adopted": {
			reason: "A new claim takes over the stack that it names.",
			in:     Input{Generation: 1, Adopt: "shop-1a2b3c"},
			want:   "shop-1a2b3c",
		},
		"AdoptedInTheSecondPass": {
			reason: "The status records what was adopted, and the references are written.",
			in:     Input{Generation: 2, Refs: 75, Recorded: "shop-1a2b3c", Composed: 70, Adopt: "shop-1a2b3c"},
			want:   "shop-1a2b3c",
		},
		"AdoptedAndObserved": {
			reason: "The resources of an adopted stack decide like any others.",
			in:     Input{Adopt: "shop-1a2b3c", Observed: observed{"queue-jobs": queue("shop-1a2b3c", "")}},
			want:   "shop-1a2b3c",
		},
		"AdoptsWhileItLives": {
			reason: "Nothing that lives is renamed, not even on purpose.",
			in:     Input{Adopt: "shop-1a2b3c", Observed: observed{"queue-jobs": queue(derived, "")}},
			err:    "cannot adopt shop-1a2b3c: the claim is shop-otjdslhi",
		},
		"AdoptsAfterAReplace": {
			reason: "kubectl replace drops what is observed for a pass; the status still has the ID.",
			in:     Input{Generation: 9, Recorded: derived, Composed: 170, Adopt: "shop-1a2b3c"},
			err:    "cannot adopt shop-1a2b3c: the claim is shop-otjdslhi",
		},
		"AdoptsAfterAReplaceUnderV010": {
			reason: "A status that v0.1.0 wrote stands for its ID.",
			in:     Input{Generation: 9, Composed: 152, Adopt: "shop-1a2b3c"},
			err:    "cannot adopt shop-1a2b3c: the claim is shop-807061",
		},
		"AdoptsNoMore": {
			reason: "A claim whose adopt was removed, and of which nothing is observed, does not get a second stack.",
			in:     Input{Generation: 9, Recorded: "shop-1a2b3c", Composed: 170},
			err:    `cannot continue as "shop-1a2b3c"`,
		},
		"AdoptsAnotherName": {
			reason: "The ID of another claim's stack begins with that claim's name.",
			in:     Input{Generation: 1, Adopt: "payments-1a2b3c"},
			err:    "so this one is another claim's",
		},
		"AdoptsWhatIsNotResumed": {
			reason: "The platform team has listed another ID for it.",
			in:     Input{Generation: 1, Resumed: "shop-1a2b3c", Adopt: "shop-abcdefgh"},
			err:    "cannot adopt shop-abcdefgh: the claim is shop-1a2b3c",
		},
		"AdoptsALongerName": {
			reason: "shop-a's ID begins with shop- too.",
			in:     Input{Generation: 1, Adopt: "shop-a-1a2b3c"},
			err:    "so this one is another claim's",
		},
		"ResumesALongerName": {
			reason: "A slip of the platform team must not hand one claim's stack to another.",
			in:     Input{Generation: 1, Resumed: "shop-a-1a2b3c"},
			err:    "cannot resume as shop-a-1a2b3c",
		},
		"NoUID": {
			reason: "Without a UID, two claims would share all names.",
			in:     Input{UID: "-"},
			err:    "the claim has no UID",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.in.Namespace, tc.in.Name = "team-shop", "shop"
			switch tc.in.UID {
			case "":
				tc.in.UID = uid
			case "-":
				tc.in.UID = ""
			}
			got, err := Choose(tc.in)
			if got != tc.want {
				t.Errorf("%s\nwant the ID %q, got %q", tc.reason, tc.want, got)
			}
			if tc.err == "" && err != nil {
				t.Errorf("%s\nwant no error, got: %v", tc.reason, err)
			}
			if tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.err, err)
			}
		})
	}
}

func TestValid(t *testing.T) {
	for id, want := range map[string]bool{
		"shop-1a2b3c": true, "shop-otjdslhi": true,
		"shop": false, "shop-": false, "shop-1a2b3": false, "shop-1A2B3C": false, "shop-otjdslh0": false,
		"shop-api-1a2b3c": false, "payments-1a2b3c": false,
	} {
		if got := Valid("shop", id); got != want {
			t.Errorf("Valid(shop, %s): want %v, got %v", id, want, got)
		}
	}
}

// TestGrinding: the names that could be ground in seconds for v0.1.0 no longer meet, and
// an author has nothing to grind with, because the API server chooses the UID.
func TestGrinding(t *testing.T) {
	const evil, pay = "payments-production-customer-xbljkt", "payments-production-customer-facing"
	if a, b := Legacy("team-evil", evil), Legacy("team-pay", pay); a[len(evil):] != b[len(pay):] {
		t.Fatalf("the ground names have lost their collision: %s, %s", a, b)
	}
	if a, b := Derived(evil, "uid-1"), Derived(pay, "uid-2"); a[len(evil):] == b[len(pay):] {
		t.Errorf("two UIDs lead to one suffix: %s, %s", a, b)
	}
	if Legacy("team-2lmxs", "shop") != Legacy("team-shop", "shop") {
		t.Error("the ground namespaces have lost their collision")
	}
	if Derived("shop", "uid-1") == Derived("shop", "uid-2") {
		t.Error("two claims of one name have one ID")
	}
}

func TestRenamed(t *testing.T) {
	was := map[stack.Key]stack.Observed{
		"alb-public": stacktest.Object{
			"spec": map[string]any{"forProvider": map[string]any{"name": "shop-1a2b3c-public"}},
		},
		"role-task": stacktest.Object{"metadata": annotated("shop-1a2b3c-ecsTaskRole")},
		"vpc":       stacktest.Object{"metadata": annotated("vpc-1")},
	}
	cases := map[string]struct {
		reason string
		r      stack.Resource
		want   string
	}{
		"SameName": {"Nothing happens.", balancer("shop-1a2b3c-public"), ""},
		"OtherName": {
			"AWS would make a second load balancer.", balancer("shop-abcdefgh-public"), "to shop-abcdefgh-public",
		},
		"OtherExternalName": {
			"AWS would make a second role.",
			stack.Resource{
				Key: "role-task", Object: map[string]any{"metadata": annotated("shop-abcdefgh-ecsTaskRole")},
			},
			"from shop-1a2b3c-ecsTaskRole to shop-abcdefgh-ecsTaskRole",
		},
		"HeldBack": {"A resource that is held back has no name yet.", stack.Resource{Key: "role-task"}, ""},
		"NotThereBefore": {
			"A new resource has no earlier name.", stack.Resource{Key: "role-backup", Object: map[string]any{}}, "",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := Renamed([]*stack.Resource{&tc.r}, was)
			if tc.want == "" && err != nil {
				t.Errorf("%s\nwant no error, got: %v", tc.reason, err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

func balancer(name string) stack.Resource {
	r := stack.Resource{Key: "alb-public", Object: map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{}},
		"spec":     map[string]any{"forProvider": map[string]any{"name": name}},
	}}
	r.Kind.Group, r.Kind.Version, r.Kind.Kind = "elbv2.aws.m.upbound.io", "v1beta1", "LB"
	return r
}

func annotated(name string) map[string]any {
	return map[string]any{"annotations": map[string]any{"crossplane.io/external-name": name}}
}
