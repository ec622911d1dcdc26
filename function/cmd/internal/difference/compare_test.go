package difference

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// made is a world of these resources: key, API version, kind, and the spec's
// parameters.
func made(resources map[string]map[string]any) World {
	w := World{
		Claim:     map[string]any{"metadata": map[string]any{"name": "shop", "namespace": "team-shop"}},
		Resources: map[string]map[string]any{},
	}
	for key, o := range resources {
		annotations := map[string]any{v1alpha1.AnnotationPurpose: "A purpose."}
		if paths, is := o["overrides"]; is {
			annotations[v1alpha1.AnnotationOverrides] = paths
			delete(o, "overrides")
		}
		o["metadata"] = map[string]any{"name": "shop-" + key, "annotations": annotations}
		w.Resources[key] = o
	}
	return w
}

func resourceOf(apiVersion, kind string, params map[string]any) map[string]any {
	return map[string]any{"apiVersion": apiVersion, "kind": kind, "spec": map[string]any{"forProvider": params}}
}

// overriding marks a resource with the fields that the claim sets.
func overriding(o map[string]any, paths string) map[string]any {
	o["overrides"] = paths
	return o
}

func TestText(t *testing.T) {
	const (
		backup = "backup.aws.m.upbound.io/v1beta1"
		ecs    = "ecs.aws.m.upbound.io/v1beta1"
		rds    = "rds.aws.m.upbound.io/v1beta1"
		sqs    = "sqs.aws.m.upbound.io/v1beta1"
	)
	retainedQueue, retainedVault := resourceOf(sqs, "Queue", nil), resourceOf(backup, "Vault", nil)
	for _, o := range []map[string]any{retainedQueue, retainedVault} {
		//nolint:forcetypeassert // Made above.
		o["spec"].(map[string]any)["managementPolicies"] = []any{"Observe", "Create", "Update"}
	}
	cases := map[string]struct {
		reason        string
		before, after map[string]map[string]any
		want          []string
	}{
		"Nothing": {
			reason: "An unchanged claim changes nothing.",
			before: map[string]map[string]any{"db": resourceOf(rds, "Instance", nil)},
			after:  map[string]map[string]any{"db": resourceOf(rds, "Instance", nil)},
			want:   []string{"team-shop/shop: No resource changes."},
		},
		"Overrides": {
			reason: "Who sets a field is said beside its change, by the key that the claim writes.",
			before: map[string]map[string]any{
				"db":            overriding(resourceOf(rds, "Instance", map[string]any{"a": "own"}), "a"),
				"task-aaaaaaaa": overriding(resourceOf(ecs, "TaskDefinition", nil), "pidMode"),
			},
			after: map[string]map[string]any{
				"db":            overriding(resourceOf(rds, "Instance", map[string]any{"a": "new", "b": 1.0}), "b"),
				"task-aaaaaaaa": overriding(resourceOf(ecs, "TaskDefinition", nil), "pidMode"),
			},
			want: []string{
				"team-shop/shop: 0 to add, 1 to change, 0 to replace, 0 to delete.",
				"!  spec.overrides sets b of db",
				"!  spec.overrides no longer sets a of db",
				"~  rds/Instance db",
				`     spec.forProvider.a: "own" -> "new"`,
				"     spec.forProvider.b: (nothing) -> 1",
			},
		},
		"DataLoss": {
			reason: "The diff reports first what is deleted with its data.",
			before: map[string]map[string]any{"queue-mail": resourceOf(sqs, "Queue", nil)},
			after:  map[string]map[string]any{},
			want: []string{
				"team-shop/shop: 0 to add, 0 to change, 0 to replace, 1 to delete.",
				"!  queue-mail is DELETED; you lose the messages in it",
				"-  sqs/Queue queue-mail",
			},
		},
		"Unlocked": {
			reason: "A queue stays while its claim is protected, and a protected claim does not lose it.",
			before: map[string]map[string]any{"queue-mail": retainedQueue},
			after:  map[string]map[string]any{},
			want: []string{
				"team-shop/shop: 0 to add, 0 to change, 0 to replace, 1 to delete.",
				"!  queue-mail is DELETED; you lose the messages in it",
				"-  sqs/Queue queue-mail",
			},
		},
		"Replacement": {
			reason: "A new digest on the old stem is a replacement, not an addition and a deletion.",
			before: map[string]map[string]any{
				"task-aaaaaaaa": resourceOf(ecs, "TaskDefinition", map[string]any{"cpu": "256"}),
			},
			after: map[string]map[string]any{
				"task-bbbbbbbb": resourceOf(ecs, "TaskDefinition", map[string]any{"cpu": "512"}),
			},
			want: []string{
				"team-shop/shop: 0 to add, 0 to change, 1 to replace, 0 to delete.",
				"-+ ecs/TaskDefinition task-aaaaaaaa becomes task-bbbbbbbb",
				`     spec.forProvider.cpu: "256" -> "512"`,
			},
		},
		"Interruption": {
			reason: "The diff reports a restart of the database before the fields.",
			before: map[string]map[string]any{
				"db": resourceOf(rds, "Instance", map[string]any{"instanceClass": "db.t4g.medium"}),
			},
			after: map[string]map[string]any{
				"db": resourceOf(rds, "Instance", map[string]any{"instanceClass": "db.r8g.large"}),
			},
			want: []string{
				"team-shop/shop: 0 to add, 1 to change, 0 to replace, 0 to delete.",
				"!  changing spec.forProvider.instanceClass of db restarts the instance: with a standby a failover " +
					"of one to two minutes, without one an outage of several",
				"~  rds/Instance db",
				`     spec.forProvider.instanceClass: "db.t4g.medium" -> "db.r8g.large"`,
			},
		},
		"Immutable": {
			reason: "An upgrade that changes what AWS cannot change leaves the claim stuck. " +
				"A first value is not a change.",
			before: map[string]map[string]any{
				"selection": resourceOf(backup, "Selection", map[string]any{"resources": []any{"a"}}),
			},
			after: map[string]map[string]any{
				"selection": resourceOf(backup, "Selection", map[string]any{"resources": []any{"b"}, "name": "new"}),
			},
			want: []string{
				"team-shop/shop: 0 to add, 1 to change, 0 to replace, 0 to delete.",
				"!  changing spec.forProvider.resources[0] of selection is refused by " +
					"the provider: AWS cannot change it in place",
				"~  backup/Selection selection",
				`     spec.forProvider.name: (nothing) -> "new"`,
				`     spec.forProvider.resources[0]: "a" -> "b"`,
			},
		},
		"GivenUp": {
			reason: "What AWS keeps is not lost.",
			before: map[string]map[string]any{"vault-copy": retainedVault},
			after:  map[string]map[string]any{},
			want: []string{
				"team-shop/shop: 0 to add, 0 to change, 0 to replace, 1 to delete.",
				"!  vault-copy is orphaned: AWS keeps it, but Kasha no longer manages it",
				"-  backup/Vault vault-copy",
			},
		},
		"Documents": {
			reason: "JSON in a string is compared by its fields, and lists by their elements.",
			before: map[string]map[string]any{
				"q": resourceOf(sqs, "Queue", map[string]any{"policy": `{"a":1,"list":["x"]}`}),
			},
			after: map[string]map[string]any{
				"q": resourceOf(sqs, "Queue", map[string]any{"policy": `{"a":2,"list":["x","y"]}`}),
			},
			want: []string{
				"team-shop/shop: 0 to add, 1 to change, 0 to replace, 0 to delete.",
				"~  sqs/Queue q",
				"     spec.forProvider.policy(json).a: 1 -> 2",
				`     spec.forProvider.policy(json).list[]: (nothing) -> "y"`,
			},
		},
		"Secret": {
			reason: "No content of a Secret is printed.",
			before: map[string]map[string]any{
				"s": {"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"password": "old"}},
			},
			after: map[string]map[string]any{
				"s": {"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"password": "new"}},
			},
			want: []string{
				"team-shop/shop: 0 to add, 1 to change, 0 to replace, 0 to delete.",
				"~  Secret s",
				`     data.password: "(a secret)" -> "(another)"`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := strings.Split(strings.TrimSuffix(Compare(made(tc.before), made(tc.after)).Text(false), "\n"), "\n")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCost: the first line always says what the claim costs, and what it cost.
func TestCost(t *testing.T) {
	of := func(total, atRest string) World {
		w := made(nil)
		if total != "" {
			w.Claim["status"] = map[string]any{"cost": map[string]any{"totalUSD": total, "monthlyUSD": atRest}}
		}
		return w
	}
	cases := map[string]struct {
		reason        string
		before, after World
		want          string
	}{
		"Same": {"Also where nothing changes.", of("458", "356"), of("458", "356"),
			" Costs 458 USD a month, was 458; at rest 356, was 356."},
		"Dearer": {"A part may not be known.", of("458", "356"), of(">= 500", "400"),
			" Costs >= 500 USD a month, was 458; at rest 400, was 356."},
		"New":  {"There was no claim.", of("", ""), of("458", "356"), " Costs 458 USD a month, 356 of it at rest."},
		"Gone": {"There is none any more.", of("458", "356"), of("", ""), " Cost 458 USD a month, 356 of it at rest."},
		"None": {"An older function had no sum.", of("", ""), of("", ""), ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := "No resource changes." + tc.want
			d := Compare(tc.before, tc.after)
			if got := d.Summary(); got != want {
				t.Errorf("%s got %q, want %q", tc.reason, got, want)
			}
			if !strings.Contains(d.Markdown(), want) {
				t.Errorf("%s Markdown lacks %q", tc.reason, want)
			}
		})
	}
}
